-- write: rollback

SET @@global.max_connections = 5;
