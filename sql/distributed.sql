-- suite: Columns of outbox and refresh_tokens
-- tags: gate, nightly
-- owner: dba
-- why: the DDL file for the DBA makes tables of another shape under these names, and `if not exists` leaves them
-- fix: if the table is empty: DROP it and run EnsureOutboxAndRefreshTokens again; if not, ask the backend team

-- test: outbox has the columns that API and worker use
-- expect: table
-- | name           | type            | nullable |
-- |----------------|-----------------|----------|
-- | id             | bigint unsigned | NO       |
-- | aggregate_type | varchar(100)    | NO       |
-- | aggregate_id   | varchar(100)    | YES      |
-- | event_type     | varchar(150)    | NO       |
-- | payload        | json            | YES      |
-- | processed      | tinyint(1)      | NO       |
-- | attempts       | int             | NO       |
-- | last_error     | text            | YES      |
-- | next_retry_at  | datetime        | YES      |
-- | dlq            | tinyint(1)      | NO       |
-- | dlq_reason     | text            | YES      |
-- | processed_at   | datetime        | YES      |
-- | created_at     | datetime        | YES      |
SELECT column_name AS name,
       CASE WHEN data_type = 'longtext' AND column_name = 'payload' THEN 'json'
            WHEN data_type IN ('int', 'bigint') AND column_type LIKE '%unsigned%' THEN CONCAT(data_type, ' unsigned')
            WHEN data_type IN ('int', 'bigint') THEN data_type
            ELSE column_type END AS type,
       is_nullable AS nullable
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name = 'outbox';

-- test: refresh_tokens has the columns that the API uses
-- expect: table
-- | name                 | type            | nullable |
-- |----------------------|-----------------|----------|
-- | id                   | bigint unsigned | NO       |
-- | usuario_id           | varchar(36)     | NO       |
-- | token_hash           | varchar(255)    | NO       |
-- | revoked              | tinyint(1)      | NO       |
-- | replaced_by_token_id | bigint unsigned | YES      |
-- | expires_at           | datetime        | YES      |
-- | created_at           | datetime        | YES      |
SELECT column_name AS name,
       CASE WHEN data_type IN ('int', 'bigint') AND column_type LIKE '%unsigned%' THEN CONCAT(data_type, ' unsigned')
            WHEN data_type IN ('int', 'bigint') THEN data_type
            ELSE column_type END AS type,
       is_nullable AS nullable
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name = 'refresh_tokens';

-- test: new rows begin as not processed, not dead, not revoked
-- expect: empty
SELECT n.tab AS in_table, n.col AS in_column, c.column_default AS found
  FROM (SELECT 'outbox' AS tab, 'processed' AS col UNION ALL SELECT 'outbox', 'attempts'
        UNION ALL SELECT 'outbox', 'dlq' UNION ALL SELECT 'refresh_tokens', 'revoked') n
  LEFT JOIN information_schema.columns c
         ON c.table_schema = DATABASE() AND c.table_name = n.tab AND c.column_name = n.col
 WHERE c.column_default IS NULL OR c.column_default <> '0';

-- test: both tables number their rows
-- why: the worker's marks in Redis are made of these numbers
-- expect: table
-- | in_table       | in_column |
-- |----------------|-----------|
-- | outbox         | id        |
-- | refresh_tokens | id        |
SELECT table_name AS in_table, column_name AS in_column
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name IN ('outbox', 'refresh_tokens') AND extra LIKE '%auto_increment%';

-- test: outbox has the index that the worker polls by
-- why: without it each poll reads the whole table, every two seconds
-- fix: CREATE INDEX idx_outbox_pending ON outbox (processed, dlq, next_retry_at, created_at)
-- expect: value = 'processed,dlq,next_retry_at,created_at'
SELECT GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ',') AS cols
  FROM information_schema.statistics
 WHERE table_schema = DATABASE() AND table_name = 'outbox' AND index_name = 'idx_outbox_pending';

-- test: a refresh token's hash is unique
-- why: two rows of one hash are two sessions of one token
-- fix: CREATE UNIQUE INDEX idx_refresh_hash ON refresh_tokens (token_hash)
-- expect: value >= 1
SELECT COUNT(*) AS unique_indexes
  FROM information_schema.statistics s
 WHERE s.table_schema = DATABASE() AND s.table_name = 'refresh_tokens'
   AND s.column_name = 'token_hash' AND s.non_unique = 0 AND s.seq_in_index = 1
   AND NOT EXISTS (SELECT 1 FROM information_schema.statistics more
                    WHERE more.table_schema = s.table_schema AND more.table_name = s.table_name
                      AND more.index_name = s.index_name AND more.seq_in_index > 1);

-- test: the tokens of a user are found by an index
-- why: without it each clean-up and each look at a user's sessions reads the whole table
-- fix: CREATE INDEX idx_refresh_usuario ON refresh_tokens (usuario_id)
-- expect: value >= 1
SELECT COUNT(*) AS indexes
  FROM information_schema.statistics
 WHERE table_schema = DATABASE() AND table_name = 'refresh_tokens'
   AND column_name = 'usuario_id' AND seq_in_index = 1;
