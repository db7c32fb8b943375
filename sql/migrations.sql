-- suite: Migration history
-- tags: gate, nightly
-- owner: dba
-- why: migrate:run ends with exit status 0 whatever it skipped

-- test: all eleven migrations are recorded
-- fix: run migrate:run as an account with CREATE, ALTER, DROP, INDEX and REFERENCES
-- expect: empty
SELECT n.name AS missing
  FROM (SELECT 'AddMultitenantAndSession1676990000000' AS name
        UNION ALL SELECT 'InitialSeed1676991000000'
        UNION ALL SELECT 'InitialMigration00011760000000000'
        UNION ALL SELECT 'MakeCanonicalSchema1771797001000'
        UNION ALL SELECT 'BackfillMoneyAndItemRestaurante1771797200000'
        UNION ALL SELECT 'RemoveCompatViews1771801000000'
        UNION ALL SELECT 'AddOutboxRetryColumns1771802000000'
        UNION ALL SELECT 'CreateCompatViews1771803000000'
        UNION ALL SELECT 'EnsureOutboxAndRefreshTokens1771804000000'
        UNION ALL SELECT 'AddMesaSesionFk1771810000000'
        UNION ALL SELECT 'AddHistorialPedidoFk1771810002000') n
 WHERE NOT EXISTS (SELECT 1 FROM migrations m WHERE m.name = n.name);

-- test: no other migration is recorded
-- why: the row of a demo seed, or of a branch that was deployed by mistake
-- fix: find out what it changed before its row is deleted
-- expect: empty
SELECT id, name AS unknown_name
  FROM migrations
 WHERE name NOT IN ('AddMultitenantAndSession1676990000000', 'InitialSeed1676991000000',
                    'InitialMigration00011760000000000', 'MakeCanonicalSchema1771797001000',
                    'BackfillMoneyAndItemRestaurante1771797200000', 'RemoveCompatViews1771801000000',
                    'AddOutboxRetryColumns1771802000000', 'CreateCompatViews1771803000000',
                    'EnsureOutboxAndRefreshTokens1771804000000', 'AddMesaSesionFk1771810000000',
                    'AddHistorialPedidoFk1771810002000');

-- test: they ran in the order of their timestamps
-- why: a migration that came late ran against a schema it was not written for
-- fix: compare the schema with a fresh one; a late branch that touches other tables does no harm
-- expect: empty
SELECT m.id, m.name AS ran_before, MIN(late.name) AS but_belongs_after
  FROM migrations m
  JOIN migrations late ON late.id > m.id AND late.`timestamp` < m.`timestamp`
 GROUP BY m.id, m.name;

-- test: none is recorded twice
-- why: two deploys ran at once; the history has no unique key
-- fix: check what the migration did twice, then delete the later row
-- expect: empty
SELECT name AS recorded_twice, COUNT(*) AS times
  FROM migrations
 GROUP BY name
HAVING COUNT(*) > 1;

-- test: each name ends in its own timestamp
-- why: a row that somebody typed in: the migration never ran
-- fix: delete the row and run migrate:run
-- expect: empty
SELECT id, name, `timestamp` AS stamp
  FROM migrations
 WHERE RIGHT(name, 13) <> CAST(`timestamp` AS CHAR);
