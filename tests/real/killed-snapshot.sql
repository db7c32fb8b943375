-- exit: 3
-- database: real
-- with: --allow-write
-- prints: was lost, and what it held with it
-- snapshot: true

-- test: first
-- capture: id: value
-- expect: ok
SELECT CONNECTION_ID();

-- test: the snapshot ends
-- write: true
-- expect: ok
KILL {{id}};

-- test: what came after would be of another state
-- expect: ok
SELECT COUNT(*) FROM kinds;
