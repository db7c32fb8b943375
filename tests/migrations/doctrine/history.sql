CREATE TABLE `doctrine_migration_versions` (
  `version` varchar(191) NOT NULL,
  `executed_at` datetime DEFAULT NULL,
  `execution_time` int(11) DEFAULT NULL,
  PRIMARY KEY (`version`)
);
INSERT INTO `doctrine_migration_versions` VALUES ('Shop\\Migrations\\Version20240101100000','2024-01-01 10:00:00',12);
INSERT INTO `doctrine_migration_versions` VALUES ('Shop\\Migrations\\Version20240102100000','2024-01-02 10:00:00',12);
