/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-log

/*!40101 SET NAMES utf8mb4 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

-- CHANGE MASTER TO MASTER_LOG_FILE='bin.000002', MASTER_LOG_POS=344;
-- SET GLOBAL gtid_slave_pos='0-1-7';
--
-- Temporary table structure for view `activos`
--

SET @saved_cs_client     = @@character_set_client;
/*!50001 CREATE VIEW `activos` AS SELECT
 NULL AS `id`,
 NULL AS `t` */;
--
-- Table structure for table `mesa`
--

DROP TABLE IF EXISTS `mesa`;
CREATE TABLE `mesa` (
  `id` int(11) NOT NULL COMMENT 'a;b',
  `we``ird` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;

--
-- Dumping data for table `mesa`
--

LOCK TABLES `mesa` WRITE;
/*!40000 ALTER TABLE `mesa` DISABLE KEYS */;
INSERT INTO `mesa` VALUES
(1,'it\'s'),
(2,'(1),(2);\n-- Dump completed'),
(3,'a\\'),
(4,_binary '\0\n\Z'),
(5,0x2729),
(6,'it''s)');
/*!40000 ALTER TABLE `mesa` ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER trg BEFORE INSERT ON mesa FOR EACH ROW BEGIN SET NEW.id = 'it''s'; END 
*/;;
DELIMITER ;
--
-- Dumping events for database 'shop'
--
/*!50106 DROP EVENT IF EXISTS `ev` */;
DELIMITER ;;
/*!50003 SET time_zone             = 'SYSTEM' */ ;;
/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `ev` ON SCHEDULE EVERY 1 DAY DO DELETE FROM mesa */ ;;
DELIMITER ;
--
-- Dumping routines for database 'shop'
--
/*!50003 DROP PROCEDURE IF EXISTS `pr` */;
DELIMITER ;;
CREATE DEFINER=`procedure`@`%` PROCEDURE `pr`(IN a INT)
BEGIN
 SELECT 'x;;
-- Dump completed on 2020-01-01 10:10:10';
-- Table structure for table `none`
END
;;
DELIMITER ;
--
-- Final view structure for view `activos`
--

/*!50001 DROP VIEW IF EXISTS `activos`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `activos` AS select `id` AS `id` from `mesa` where 't' <> 'y\'z' */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-24 12:55:03
