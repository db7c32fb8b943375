-- write: rollback

SET GLOBAL max_connections = 5;
