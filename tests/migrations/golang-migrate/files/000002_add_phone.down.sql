ALTER TABLE guest DROP phone;
