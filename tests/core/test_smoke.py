def test_health(client, world):
    r = client.get("/health")
    assert r.status_code == 200, r.text
