-- suite: Database server
-- tags: gate, nightly
-- owner: dba
-- empty-schema: allowed

-- test: the server is MySQL 8 or later, or MariaDB 10.2.7 or later
-- why: older ones refuse the very first table (keys of 767 bytes) or the type json
-- fix: upgrade the server before the release
-- expect: value matches /^([89]\.|10\.(2\.([7-9]|[1-9][0-9])|([3-9]|[1-9][0-9])\.)|1[1-9]\.|[2-9][0-9]\.)/
SELECT VERSION() AS version;

-- test: the server takes writes
-- why: on a replica or a frozen server every order is an error 500
-- fix: point the release at the primary, or SET GLOBAL read_only = 0
-- expect: column "Value" = 'OFF'
SHOW GLOBAL VARIABLES LIKE 'read_only';

-- test: the database's character set is utf8mb4
-- why: the first migration makes its tables in the database's default; with latin1 the tenth stops (errno 150)
-- fix: ALTER DATABASE ... CHARACTER SET utf8mb4, convert the tables of the first migration, migrate again
-- expect: value = 'utf8mb4'
SELECT default_character_set_name AS charset
  FROM information_schema.schemata
 WHERE schema_name = DATABASE();
