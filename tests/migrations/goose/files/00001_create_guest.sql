-- +goose Up
CREATE TABLE guest (id int PRIMARY KEY);
-- +goose Down
DROP TABLE guest;
