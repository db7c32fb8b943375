-- suite: SQL file
-- tags: canary

-- no row is there
-- expect: empty
SELECT id, password_hash, refresh_token FROM canaries;

-- a secret in a statement
-- expect: value = 'another'
SELECT {{option}} AS note;

-- a secret in the place of a sample
-- expect: value = 'another'
SELECT /*{{option}}*/ 'sample' AS note;
