CREATE TABLE `mikro_orm_migrations` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(255) DEFAULT NULL,
  `executed_at` datetime DEFAULT current_timestamp(),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `mikro_orm_migrations` VALUES (1,'Migration20240101100000','2026-11-24 13:05:55');
INSERT INTO `mikro_orm_migrations` VALUES (2,'Migration20240102100000_add_phone','2026-11-24 13:05:55');
