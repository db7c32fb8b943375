CREATE TABLE `_prisma_migrations` (
  `id` varchar(36) NOT NULL,
  `checksum` varchar(64) NOT NULL,
  `finished_at` datetime(3) DEFAULT NULL,
  `migration_name` varchar(255) NOT NULL,
  `logs` text DEFAULT NULL,
  `rolled_back_at` datetime(3) DEFAULT NULL,
  `started_at` datetime(3) NOT NULL DEFAULT current_timestamp(3),
  `applied_steps_count` int(10) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
);
INSERT INTO `_prisma_migrations` VALUES ('1','aba417b1e980d0b52586698c50273593ff1f6af5f6d0898acfa2c674276b804e','2024-01-01 10:00:01.000','20240101100000_create_guest',NULL,NULL,'2024-01-01 10:00:00.000',1);
INSERT INTO `_prisma_migrations` VALUES ('2','90786c7ba93842b22dcdf1ca44092c8fed19ea0e9c365f62271d2f2908eba0fe',NULL,'20240102100000_add_phone','Duplicate column name','2024-01-02 10:10:00.000','2024-01-02 10:00:00.000',0);
INSERT INTO `_prisma_migrations` VALUES ('3','90786c7ba93842b22dcdf1ca44092c8fed19ea0e9c365f62271d2f2908eba0fe','2024-01-02 10:20:01.000','20240102100000_add_phone',NULL,NULL,'2024-01-02 10:20:00.000',1);
