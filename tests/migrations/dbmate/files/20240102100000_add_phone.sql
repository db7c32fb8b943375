-- migrate:up
ALTER TABLE guest ADD phone varchar(20);

-- migrate:down
ALTER TABLE guest DROP phone;
