-- +goose Up
ALTER TABLE guest ADD phone varchar(20);
-- +goose Down
ALTER TABLE guest DROP phone;
