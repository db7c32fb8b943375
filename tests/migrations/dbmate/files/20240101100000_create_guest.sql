-- migrate:up
CREATE TABLE guest (id int PRIMARY KEY, name varchar(40));

-- migrate:down
DROP TABLE guest;
