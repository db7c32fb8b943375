ALTER TABLE guest ADD phone varchar(20);
