-- The roles and the database, once per cluster, by a superuser; may be run again. For psql 14 or later:
--   APP_WEB_PASSWORD=... APP_WORKER_PASSWORD=... APP_MIGRATE_PASSWORD=... APP_AUDIT_PASSWORD=... \
--     psql -X -v ON_ERROR_STOP=1 -f dev/roles.sql <address of the cluster, database postgres>
-- Roles belong to the cluster, so migrations do not make them. No process logs in as the owner of a table.

\getenv web_password APP_WEB_PASSWORD
\getenv worker_password APP_WORKER_PASSWORD
\getenv migrate_password APP_MIGRATE_PASSWORD
\getenv audit_password APP_AUDIT_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['app_owner', 'app_search', 'app_figures', 'app_web', 'app_worker', 'app_migrate', 'app_audit_reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- A statement that sets a password must not end up in the server's log.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

ALTER ROLE app_owner NOLOGIN;
ALTER ROLE app_search NOLOGIN;
ALTER ROLE app_figures NOLOGIN;
ALTER ROLE app_web LOGIN PASSWORD :'web_password';
ALTER ROLE app_worker LOGIN PASSWORD :'worker_password';
ALTER ROLE app_migrate LOGIN PASSWORD :'migrate_password';
ALTER ROLE app_audit_reader LOGIN PASSWORD :'audit_password';

-- What a migration makes belongs to app_owner, also when the migration does not say so.
GRANT app_owner TO app_migrate;
ALTER ROLE app_migrate SET role = 'app_owner';
-- A migration may hand the search function over to app_search; nothing is inherited from it.
GRANT app_search TO app_owner WITH INHERIT FALSE, SET TRUE;
-- Figures are counted in a role that reads no names; the web processes step into it for that statement only.
GRANT app_figures TO app_web, app_worker WITH INHERIT FALSE, SET TRUE;

SELECT 'CREATE DATABASE wegomhoog OWNER app_owner ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'wegomhoog')
\gexec

\connect wegomhoog
\ir database.sql
