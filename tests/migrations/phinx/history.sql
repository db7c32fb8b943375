CREATE TABLE `phinxlog` (
  `version` bigint(20) NOT NULL,
  `migration_name` varchar(100) DEFAULT NULL,
  `start_time` timestamp NULL DEFAULT NULL,
  `end_time` timestamp NULL DEFAULT NULL,
  `breakpoint` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`version`)
);
INSERT INTO `phinxlog` VALUES (20240101100000,'CreateGuest','2024-01-01 10:00:00','2024-01-01 10:00:00',0);
INSERT INTO `phinxlog` VALUES (20240102100000,'AddPhone','2024-01-02 10:00:00','2024-01-02 10:00:00',0);
