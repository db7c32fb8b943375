CREATE TABLE `SequelizeMeta` (
  `name` varchar(255) NOT NULL,
  PRIMARY KEY (`name`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_unicode_ci;
INSERT INTO `SequelizeMeta` VALUES ('20240101100000-create-guest.js');
INSERT INTO `SequelizeMeta` VALUES ('20240102100000-add-phone.js');
