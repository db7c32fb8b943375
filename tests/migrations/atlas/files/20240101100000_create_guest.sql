CREATE TABLE guest (id int PRIMARY KEY, name varchar(40));
