-- The vault's own role, once for a database server, by an administrator of it (a superuser, or CREATEROLE):
--   psql -v app=hotline -f deploy/postgres/vault_role.sql
-- `app` is the role in HOTLINE_DATABASE_URL. `python -m app doctor` says whether it took effect.
--
-- What is sealed belongs to hotline_vault. The application may take that role (SET LOCAL ROLE) for the few statements
-- that read it, and does not have its rights otherwise: hence NOINHERIT, which PostgreSQL 15 knows for a role as a whole
-- only. If the application's role inherits from other roles of yours, grant those rights to it directly.
\set ON_ERROR_STOP on
SELECT 'CREATE ROLE hotline_vault NOLOGIN'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hotline_vault') \gexec
ALTER ROLE :"app" NOINHERIT;
-- Since PostgreSQL 16 a membership remembers whether it inherits: one that was given before is given anew.
REVOKE hotline_vault FROM :"app";
GRANT hotline_vault TO :"app";
