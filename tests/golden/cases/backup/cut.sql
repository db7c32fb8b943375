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
