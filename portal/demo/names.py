"""Invented names. First and family names are combined at random; nobody real is meant."""

from __future__ import annotations

from random import Random

#: First names and family names that go together, and how often they are drawn.
POOLS: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        27,
        (
            "Bram", "Daan", "Finn", "Jesse", "Joep", "Koen", "Lars", "Luuk", "Mees", "Niels", "Ruben", "Sem", "Stijn",
            "Thijs", "Tim", "Anouk", "Eva", "Fleur", "Iris", "Isa", "Lieke", "Lotte", "Maud", "Roos", "Sanne", "Tess",
        ),
        (
            "Achterhof", "van den Berk", "Blekemolen", "Dijkhuis", "van Egmondt", "Groenveen", "Haverkort", "ter Horst",
            "Kalkwijk", "Koppelaar", "Lindeman", "van der Meij", "Noordhoek", "Oosterlaan", "Plantinga", "de Roode",
            "Schuurmans", "Tulpenaar", "Veldkamp", "Wagemaker", "van Zanten", "Zwaluw",
        ),
    ),
    (
        18,
        (
            "Clyde", "Dwayne", "Giovanni", "Glenn", "Jerrel", "Jayden", "Rodney", "Romeo", "Sherwin", "Xavier", "Asha",
            "Chantal", "Cheyenne", "Gaitrie", "Naomi", "Priya", "Rayen", "Shanti", "Vishal", "Anand",
        ),
        (
            "Amatredjo", "Biervliet", "Doelwijt", "Emanuelson", "Gangaram", "Jadnanan", "Kensenhuis", "Landveld",
            "Mangal", "Moestadja", "Nahar", "Pinas", "Ramdas", "Sabajo", "Tjon", "Uiterloo", "Vreden", "Wijngaarde",
        ),
    ),
    (
        20,
        (
            "Adil", "Amin", "Ayoub", "Bilal", "Hamza", "Ilias", "Karim", "Mohamed", "Nabil", "Rachid", "Soufiane",
            "Yassine", "Zakaria", "Chaima", "Dounia", "Fatima", "Hajar", "Imane", "Noor", "Salma", "Yasmina",
        ),
        (
            "Aarab", "Achahbar", "Amezian", "Azzouzi", "Bakkali", "Belhadj", "Bouzid", "Chaouki", "El Ghazi",
            "El Idrissi", "El Mansouri", "Haddou", "Jabri", "Kaddouri", "Lahlou", "Mokhtari", "Ouali", "Sabir",
        ),
    ),
    (
        13,
        (
            "Ahmet", "Berkay", "Burak", "Can", "Deniz", "Emir", "Emre", "Kaan", "Mert", "Ömer", "Özgür", "Yusuf",
            "Aylin", "Büşra", "Ceren", "Defne", "Elif", "Melisa", "Selin", "Zeynep",
        ),
        (
            "Akdağ", "Aksoy", "Bozkurt", "Çakır", "Çelebi", "Demirel", "Erdem", "Güneş", "Karaca", "Keskin", "Korkmaz",
            "Öztürk", "Polat", "Şahin", "Tekin", "Toprak", "Uçar", "Yalçın",
        ),
    ),
    (
        12,
        (
            "Kofi", "Kwame", "Kwabena", "Kojo", "Yaw", "Emmanuel", "Prince", "Samuel", "Nana", "Abena", "Akosua", "Ama",
            "Efua", "Esi", "Grace", "Precious", "Priscilla",
        ),
        (
            "Acheampong", "Adomako", "Agyeman", "Amoako", "Ansah", "Asante", "Boakye", "Boateng", "Darko", "Mensah",
            "Nkansah", "Ofori", "Opoku", "Osei", "Owusu", "Sarpong",
        ),
    ),
    (
        10,
        (
            "Angelo", "Dylano", "Elvin", "Jurendy", "Ramiro", "Rigoberto", "Shurandy", "Tyrone", "Edsel", "Aisha",
            "Darlene", "Jeanine", "Luz", "Mirella", "Rishandra", "Sharlene",
        ),
        (
            "Anastatia", "Bernabela", "Croes", "Doran", "Felicia", "Girigorie", "Hooi", "Isenia", "Janga", "Leito",
            "Martina", "Martis", "Nicolaas", "Pieters", "Rosalia", "Silvania",
        ),
    ),
)  # fmt: skip

#: Other names young people go by.
NICKNAMES = (
    "Bam", "Beertje", "Bolle", "Chef", "Dada", "Flaco", "Gio", "Jay", "Keeper", "Kiki", "Kleine", "Lange", "Leeuw",
    "Moppie", "Nino", "Panda", "Pepe", "Prof", "Raggie", "Sjakie", "Smiley", "Snelle", "Tijger", "Tobi", "Vlam", "Zizi",
)  # fmt: skip


def full_name(chance: Random) -> tuple[str, str]:
    """A first name and a family name that could go together."""
    weights = [weight for weight, _, _ in POOLS]
    _, first, family = chance.choices(POOLS, weights)[0]
    return chance.choice(first), chance.choice(family)


def family_name_like(chance: Random, family: str) -> str:
    """A first name for somebody of the same family."""
    pool = next((first for _, first, families in POOLS if family in families), POOLS[0][1])
    return chance.choice(pool)
