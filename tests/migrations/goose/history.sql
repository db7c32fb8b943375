CREATE TABLE `goose_db_version` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `version_id` bigint(20) NOT NULL,
  `is_applied` tinyint(1) NOT NULL,
  `tstamp` timestamp NULL DEFAULT current_timestamp(),
  PRIMARY KEY (`id`)
);
INSERT INTO `goose_db_version` VALUES (1,0,1,'2024-01-01 10:00:00');
INSERT INTO `goose_db_version` VALUES (2,1,1,'2024-01-01 10:00:01');
INSERT INTO `goose_db_version` VALUES (3,2,1,'2024-01-02 10:00:01');
