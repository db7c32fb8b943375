-- suite: Refresh tokens
-- tags: gate, nightly, data
-- owner: backend
-- max-time: 20s
-- why: a table of another shape cannot be asked; Columns of outbox and refresh_tokens says how it differs

-- the columns asked for below
SELECT id, usuario_id, token_hash, revoked, replaced_by_token_id, expires_at, created_at FROM refresh_tokens LIMIT 0;

-- test: every token has its user
-- why: there is no foreign key; a refresh with such a token is an error 500
-- fix: DELETE the rows listed
-- expect: empty
SELECT t.id AS token_row, t.usuario_id AS missing_user
  FROM refresh_tokens t
  LEFT JOIN usuario u ON u.id = t.usuario_id
 WHERE u.id IS NULL;

-- test: every successor exists
-- why: the chain of a session is broken; somebody deleted rows by hand
-- fix: UPDATE replaced_by_token_id to NULL for the rows listed
-- expect: empty
SELECT t.id AS token_row, t.replaced_by_token_id AS missing_successor
  FROM refresh_tokens t
  LEFT JOIN refresh_tokens n ON n.id = t.replaced_by_token_id
 WHERE t.replaced_by_token_id IS NOT NULL AND n.id IS NULL;

-- test: no two tokens have the same successor
-- why: two rotations were taken for one
-- fix: revoke the sessions of the users concerned
-- expect: empty
SELECT replaced_by_token_id AS successor, COUNT(*) AS named_by
  FROM refresh_tokens
 WHERE replaced_by_token_id IS NOT NULL
 GROUP BY replaced_by_token_id
HAVING COUNT(*) > 1;

-- test: a token that was replaced is revoked
-- why: the old token still opens the session, beside its successor
-- fix: UPDATE revoked to 1 for the rows listed
-- expect: empty
SELECT id AS token_row, usuario_id AS user_row, replaced_by_token_id AS successor
  FROM refresh_tokens
 WHERE replaced_by_token_id IS NOT NULL AND revoked = 0;

-- test: a successor belongs to the same user
-- why: whoever refreshes a session goes on as somebody else
-- fix: revoke both tokens of each row listed, and look at what rotates tokens
-- expect: empty
SELECT t.id AS token_row, t.usuario_id AS user_row, n.id AS successor, n.usuario_id AS of_user
  FROM refresh_tokens t
  JOIN refresh_tokens n ON n.id = t.replaced_by_token_id
 WHERE n.usuario_id <> t.usuario_id;

-- test: a successor is newer than what it replaced
-- why: a chain that leads back to itself has no live end
-- fix: revoke the sessions of the users concerned
-- expect: empty
SELECT id AS token_row, usuario_id AS user_row, replaced_by_token_id AS successor
  FROM refresh_tokens
 WHERE replaced_by_token_id <= id;

-- test: no token ends before it begins
-- why: the API's clock or time zone is behind the database's, and every session ends at once
-- fix: give the API the time zone of the database
-- expect: empty
SELECT id AS token_row, created_at, expires_at
  FROM refresh_tokens
 WHERE expires_at <= created_at;

-- test: every live token ends some day
-- why: a stolen token without an end is good for ever
-- fix: UPDATE expires_at for the rows listed
-- expect: empty
SELECT id AS token_row, usuario_id AS user_row, created_at
  FROM refresh_tokens
 WHERE revoked = 0 AND expires_at IS NULL;

-- test: only hashes are stored
-- why: a row that holds the token itself can be used by whoever reads the backup
-- fix: DELETE the rows listed; their users log in again
-- expect: empty
SELECT id AS token_row, CHAR_LENGTH(token_hash) AS characters
  FROM refresh_tokens
 WHERE CHAR_LENGTH(token_hash) <> 64 OR token_hash REGEXP '[^0-9a-fA-F]';

-- test: no id is empty
-- fix: DELETE the rows listed
-- expect: empty
SELECT 'refresh_tokens' AS in_table, id AS in_row FROM refresh_tokens WHERE usuario_id IS NULL OR usuario_id = '' OR id = 0
UNION ALL
SELECT 'usuario', email FROM usuario WHERE id IS NULL OR id = '';

-- test: live tokens, as a number to watch
-- metric: tokens_live
-- expect: value >= 0
SELECT COUNT(*) AS live FROM refresh_tokens WHERE revoked = 0 AND expires_at > NOW();
