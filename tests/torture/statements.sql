-- suite: Statements
-- tags: torture

-- expect: table
-- | id | name |
-- | 1  | /a/  |
-- metric: rows: rows
SELECT id, name FROM t WHERE id IN ({{ids}}) AND name = /*{{name}}*/ 'x' ORDER BY id;
