CREATE TABLE `flyway_schema_history` (
  `installed_rank` int(11) NOT NULL,
  `version` varchar(50) DEFAULT NULL,
  `description` varchar(200) NOT NULL,
  `type` varchar(20) NOT NULL,
  `script` varchar(1000) NOT NULL,
  `checksum` int(11) DEFAULT NULL,
  `installed_by` varchar(100) NOT NULL,
  `installed_on` timestamp NOT NULL DEFAULT current_timestamp(),
  `execution_time` int(11) NOT NULL,
  `success` tinyint(1) NOT NULL,
  PRIMARY KEY (`installed_rank`),
  KEY `flyway_schema_history_s_idx` (`success`)
);
INSERT INTO `flyway_schema_history` VALUES (0,NULL,'<< Flyway Schema Creation >>','SCHEMA','`shop`',NULL,'dev','2024-01-01 10:00:00',0,1);
INSERT INTO `flyway_schema_history` VALUES (1,'1','create guest','SQL','V1__create_guest.sql',-1959787179,'dev','2024-01-01 10:00:01',20,1);
INSERT INTO `flyway_schema_history` VALUES (2,NULL,'guests','SQL','R__guests.sql',1,'dev','2024-01-01 10:00:01',20,1);
INSERT INTO `flyway_schema_history` VALUES (3,'1.1','add phone','SQL','V1.1__add_phone.sql',-268116092,'dev','2024-01-02 10:00:01',20,1);
INSERT INTO `flyway_schema_history` VALUES (4,NULL,'guests','SQL','R__guests.sql',-645699879,'dev','2024-01-02 10:00:02',20,1);
