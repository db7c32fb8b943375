--liquibase formatted sql

--changeset dev:add-phone
ALTER TABLE guest ADD phone varchar(20);

--changeset other:"add mail" runOnChange:true
ALTER TABLE guest ADD mail varchar(80);

--changeset dev:elsewhere logicalFilePath:moved.sql
ALTER TABLE guest ADD city varchar(80);
