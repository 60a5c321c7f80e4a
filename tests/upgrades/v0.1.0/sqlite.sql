BEGIN TRANSACTION;
CREATE TABLE "account_emailaddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "verified" bool NOT NULL, "primary" bool NOT NULL, "user_id" bigint NOT NULL REFERENCES "corrigenda_member" ("id") DEFERRABLE INITIALLY DEFERRED, "email" varchar(254) NOT NULL);
CREATE TABLE "account_emailconfirmation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "created" datetime NOT NULL, "sent" datetime NULL, "key" varchar(64) NOT NULL UNIQUE, "email_address_id" integer NOT NULL REFERENCES "account_emailaddress" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "auth_permission" VALUES(1,1,'add_permission','Can add permission');
INSERT INTO "auth_permission" VALUES(2,1,'change_permission','Can change permission');
INSERT INTO "auth_permission" VALUES(3,1,'delete_permission','Can delete permission');
INSERT INTO "auth_permission" VALUES(4,1,'view_permission','Can view permission');
INSERT INTO "auth_permission" VALUES(5,2,'add_group','Can add group');
INSERT INTO "auth_permission" VALUES(6,2,'change_group','Can change group');
INSERT INTO "auth_permission" VALUES(7,2,'delete_group','Can delete group');
INSERT INTO "auth_permission" VALUES(8,2,'view_group','Can view group');
INSERT INTO "auth_permission" VALUES(9,3,'add_contenttype','Can add content type');
INSERT INTO "auth_permission" VALUES(10,3,'change_contenttype','Can change content type');
INSERT INTO "auth_permission" VALUES(11,3,'delete_contenttype','Can delete content type');
INSERT INTO "auth_permission" VALUES(12,3,'view_contenttype','Can view content type');
INSERT INTO "auth_permission" VALUES(13,4,'add_session','Can add session');
INSERT INTO "auth_permission" VALUES(14,4,'change_session','Can change session');
INSERT INTO "auth_permission" VALUES(15,4,'delete_session','Can delete session');
INSERT INTO "auth_permission" VALUES(16,4,'view_session','Can view session');
INSERT INTO "auth_permission" VALUES(17,5,'add_emailaddress','Can add email address');
INSERT INTO "auth_permission" VALUES(18,5,'change_emailaddress','Can change email address');
INSERT INTO "auth_permission" VALUES(19,5,'delete_emailaddress','Can delete email address');
INSERT INTO "auth_permission" VALUES(20,5,'view_emailaddress','Can view email address');
INSERT INTO "auth_permission" VALUES(21,6,'add_emailconfirmation','Can add email confirmation');
INSERT INTO "auth_permission" VALUES(22,6,'change_emailconfirmation','Can change email confirmation');
INSERT INTO "auth_permission" VALUES(23,6,'delete_emailconfirmation','Can delete email confirmation');
INSERT INTO "auth_permission" VALUES(24,6,'view_emailconfirmation','Can view email confirmation');
INSERT INTO "auth_permission" VALUES(25,7,'add_article','Can add article');
INSERT INTO "auth_permission" VALUES(26,7,'change_article','Can change article');
INSERT INTO "auth_permission" VALUES(27,7,'delete_article','Can delete article');
INSERT INTO "auth_permission" VALUES(28,7,'view_article','Can view article');
INSERT INTO "auth_permission" VALUES(29,8,'add_contact','Can add contact');
INSERT INTO "auth_permission" VALUES(30,8,'change_contact','Can change contact');
INSERT INTO "auth_permission" VALUES(31,8,'delete_contact','Can delete contact');
INSERT INTO "auth_permission" VALUES(32,8,'view_contact','Can view contact');
INSERT INTO "auth_permission" VALUES(33,9,'add_site','Can add site');
INSERT INTO "auth_permission" VALUES(34,9,'change_site','Can change site');
INSERT INTO "auth_permission" VALUES(35,9,'delete_site','Can delete site');
INSERT INTO "auth_permission" VALUES(36,9,'view_site','Can view site');
INSERT INTO "auth_permission" VALUES(37,10,'add_member','Can add user');
INSERT INTO "auth_permission" VALUES(38,10,'change_member','Can change user');
INSERT INTO "auth_permission" VALUES(39,10,'delete_member','Can delete user');
INSERT INTO "auth_permission" VALUES(40,10,'view_member','Can view user');
INSERT INTO "auth_permission" VALUES(41,11,'add_case','Can add case');
INSERT INTO "auth_permission" VALUES(42,11,'change_case','Can change case');
INSERT INTO "auth_permission" VALUES(43,11,'delete_case','Can delete case');
INSERT INTO "auth_permission" VALUES(44,11,'view_case','Can view case');
INSERT INTO "auth_permission" VALUES(45,12,'add_decision','Can add decision');
INSERT INTO "auth_permission" VALUES(46,12,'change_decision','Can change decision');
INSERT INTO "auth_permission" VALUES(47,12,'delete_decision','Can delete decision');
INSERT INTO "auth_permission" VALUES(48,12,'view_decision','Can view decision');
INSERT INTO "auth_permission" VALUES(49,13,'add_entry','Can add entry');
INSERT INTO "auth_permission" VALUES(50,13,'change_entry','Can change entry');
INSERT INTO "auth_permission" VALUES(51,13,'delete_entry','Can delete entry');
INSERT INTO "auth_permission" VALUES(52,13,'view_entry','Can view entry');
INSERT INTO "auth_permission" VALUES(53,14,'add_fix','Can add fix');
INSERT INTO "auth_permission" VALUES(54,14,'change_fix','Can change fix');
INSERT INTO "auth_permission" VALUES(55,14,'delete_fix','Can delete fix');
INSERT INTO "auth_permission" VALUES(56,14,'view_fix','Can view fix');
INSERT INTO "auth_permission" VALUES(57,15,'add_notice','Can add notice');
INSERT INTO "auth_permission" VALUES(58,15,'change_notice','Can change notice');
INSERT INTO "auth_permission" VALUES(59,15,'delete_notice','Can delete notice');
INSERT INTO "auth_permission" VALUES(60,15,'view_notice','Can view notice');
INSERT INTO "auth_permission" VALUES(61,16,'add_passage','Can add passage');
INSERT INTO "auth_permission" VALUES(62,16,'change_passage','Can change passage');
INSERT INTO "auth_permission" VALUES(63,16,'delete_passage','Can delete passage');
INSERT INTO "auth_permission" VALUES(64,16,'view_passage','Can view passage');
INSERT INTO "auth_permission" VALUES(65,17,'add_reply','Can add reply');
INSERT INTO "auth_permission" VALUES(66,17,'change_reply','Can change reply');
INSERT INTO "auth_permission" VALUES(67,17,'delete_reply','Can delete reply');
INSERT INTO "auth_permission" VALUES(68,17,'view_reply','Can view reply');
INSERT INTO "auth_permission" VALUES(69,18,'add_delivery','Can add delivery');
INSERT INTO "auth_permission" VALUES(70,18,'change_delivery','Can change delivery');
INSERT INTO "auth_permission" VALUES(71,18,'delete_delivery','Can delete delivery');
INSERT INTO "auth_permission" VALUES(72,18,'view_delivery','Can view delivery');
INSERT INTO "auth_permission" VALUES(73,19,'add_report','Can add report');
INSERT INTO "auth_permission" VALUES(74,19,'change_report','Can change report');
INSERT INTO "auth_permission" VALUES(75,19,'delete_report','Can delete report');
INSERT INTO "auth_permission" VALUES(76,19,'view_report','Can view report');
INSERT INTO "auth_permission" VALUES(77,20,'add_revision','Can add revision');
INSERT INTO "auth_permission" VALUES(78,20,'change_revision','Can change revision');
INSERT INTO "auth_permission" VALUES(79,20,'delete_revision','Can delete revision');
INSERT INTO "auth_permission" VALUES(80,20,'view_revision','Can view revision');
INSERT INTO "auth_permission" VALUES(81,21,'add_origin','Can add origin');
INSERT INTO "auth_permission" VALUES(82,21,'change_origin','Can change origin');
INSERT INTO "auth_permission" VALUES(83,21,'delete_origin','Can delete origin');
INSERT INTO "auth_permission" VALUES(84,21,'view_origin','Can view origin');
INSERT INTO "auth_permission" VALUES(85,22,'add_address','Can add address');
INSERT INTO "auth_permission" VALUES(86,22,'change_address','Can change address');
INSERT INTO "auth_permission" VALUES(87,22,'delete_address','Can delete address');
INSERT INTO "auth_permission" VALUES(88,22,'view_address','Can view address');
INSERT INTO "auth_permission" VALUES(89,23,'add_merge','Can add merge');
INSERT INTO "auth_permission" VALUES(90,23,'change_merge','Can change merge');
INSERT INTO "auth_permission" VALUES(91,23,'delete_merge','Can delete merge');
INSERT INTO "auth_permission" VALUES(92,23,'view_merge','Can view merge');
INSERT INTO "auth_permission" VALUES(93,24,'add_mailbox','Can add mailbox');
INSERT INTO "auth_permission" VALUES(94,24,'change_mailbox','Can change mailbox');
INSERT INTO "auth_permission" VALUES(95,24,'delete_mailbox','Can delete mailbox');
INSERT INTO "auth_permission" VALUES(96,24,'view_mailbox','Can view mailbox');
INSERT INTO "auth_permission" VALUES(97,25,'add_mail','Can add mail');
INSERT INTO "auth_permission" VALUES(98,25,'change_mail','Can change mail');
INSERT INTO "auth_permission" VALUES(99,25,'delete_mail','Can delete mail');
INSERT INTO "auth_permission" VALUES(100,25,'view_mail','Can view mail');
INSERT INTO "auth_permission" VALUES(101,26,'add_followup','Can add follow up');
INSERT INTO "auth_permission" VALUES(102,26,'change_followup','Can change follow up');
INSERT INTO "auth_permission" VALUES(103,26,'delete_followup','Can delete follow up');
INSERT INTO "auth_permission" VALUES(104,26,'view_followup','Can view follow up');
INSERT INTO "auth_permission" VALUES(105,27,'add_attachment','Can add attachment');
INSERT INTO "auth_permission" VALUES(106,27,'change_attachment','Can change attachment');
INSERT INTO "auth_permission" VALUES(107,27,'delete_attachment','Can delete attachment');
INSERT INTO "auth_permission" VALUES(108,27,'view_attachment','Can view attachment');
CREATE TABLE "corrigenda_address" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "url" varchar(2000) NOT NULL UNIQUE, "outcome" varchar(20) NOT NULL, "problem" varchar(300) NOT NULL, "attempts" integer unsigned NOT NULL CHECK ("attempts" >= 0), "next_attempt_at" datetime NULL, "article_id" bigint NULL REFERENCES "corrigenda_article" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" bigint NOT NULL REFERENCES "corrigenda_site" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_address" VALUES(1,'http://localhost:37181/heron-count.html','read','',0,NULL,1,1);
CREATE TABLE "corrigenda_article" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "canonical_url" varchar(2000) NOT NULL UNIQUE, "headline" varchar(500) NOT NULL, "language" varchar(35) NOT NULL, "first_seen_at" datetime NOT NULL, "outcome" varchar(20) NOT NULL, "read_at" datetime NULL, "reading_asked_at" datetime NULL, "site_id" bigint NOT NULL REFERENCES "corrigenda_site" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_article" VALUES(1,'http://localhost:37181/heron-count.html','Volunteers count 312 herons on the flats, the most since the storm','en','2026-11-23 05:10:22.388014','read','2026-11-23 05:10:37.745172',NULL,1);
CREATE TABLE "corrigenda_attachment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL, "media_type" varchar(40) NOT NULL, "size" integer unsigned NOT NULL CHECK ("size" >= 0), "digest" varchar(64) NOT NULL, "mail_id" bigint NOT NULL REFERENCES "corrigenda_mail" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_attachment_a_content" UNIQUE ("mail_id", "digest"));
CREATE TABLE "corrigenda_case" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "state" varchar(20) NOT NULL, "not_before" datetime NULL, "opened_at" datetime NOT NULL, "changed_at" datetime NOT NULL, "closed_at" datetime NULL, "silent_seconds" real NULL, "article_id" bigint NULL REFERENCES "corrigenda_article" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" bigint NOT NULL REFERENCES "corrigenda_site" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "case_state_is_known" CHECK ("state" IN ('received', 'located', 'unlocated', 'merged', 'accepted', 'noted', 'declined', 'fixed', 'disclosed', 'closed')));
INSERT INTO "corrigenda_case" VALUES(1,'closed',NULL,'2026-11-23 05:10:22.146476','2026-11-23 05:10:37.700438','2026-11-23 05:10:37.700438',0.039428,1,1);
INSERT INTO "corrigenda_case" VALUES(2,'merged',NULL,'2026-11-23 05:10:22.163153','2026-11-23 05:10:22.583929',NULL,NULL,1,1);
INSERT INTO "corrigenda_case" VALUES(3,'closed',NULL,'2026-11-23 05:10:22.170650','2026-11-23 05:10:37.265497','2026-11-23 05:10:37.265497',NULL,1,1);
INSERT INTO "corrigenda_case" VALUES(4,'unlocated',NULL,'2026-11-23 05:10:22.180444','2026-11-23 05:10:22.459157',NULL,NULL,1,1);
INSERT INTO "corrigenda_case" VALUES(5,'closed',NULL,'2026-11-23 05:10:22.194259','2026-11-23 05:10:37.225964','2026-11-23 05:10:37.225964',NULL,1,1);
INSERT INTO "corrigenda_case" VALUES(6,'unlocated',NULL,'2026-11-23 05:10:22.218256','2026-11-23 05:10:22.498506',NULL,NULL,1,1);
CREATE TABLE "corrigenda_contact" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(254) NOT NULL, "created_at" datetime NOT NULL);
INSERT INTO "corrigenda_contact" VALUES(1,'first@reader.example','2026-11-23 05:09:37.338889');
INSERT INTO "corrigenda_contact" VALUES(2,'second@reader.example','2026-11-23 05:09:51.212471');
INSERT INTO "corrigenda_contact" VALUES(3,'third@reader.example','2026-11-23 05:10:11.240982');
CREATE TABLE "corrigenda_decision" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "outcome" varchar(20) NOT NULL, "kind" varchar(20) NOT NULL, "old" text NOT NULL, "wording" text NOT NULL, "notice_text" text NOT NULL, "reason" varchar(20) NOT NULL, "message" text NOT NULL, "decided_at" datetime NOT NULL, "undone_at" datetime NULL, "case_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "member_id" bigint NOT NULL REFERENCES "corrigenda_member" ("id") DEFERRABLE INITIALLY DEFERRED, "passage_id" bigint NULL REFERENCES "corrigenda_passage" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_decision" VALUES(1,'accept','correction','raw total of 360','raw total of 370','','','','2026-11-23 05:10:26.636466',NULL,1,1,1);
INSERT INTO "corrigenda_decision" VALUES(2,'decline','','it’s own creek','','','no_change','','2026-11-23 05:10:29.374678',NULL,3,1,3);
INSERT INTO "corrigenda_decision" VALUES(3,'note','clarification','18 square kilometres','','The share was worked out anew.','','','2026-11-23 05:10:32.688451',NULL,5,1,5);
CREATE TABLE "corrigenda_delivery" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "channel" varchar(20) NOT NULL, "message_id" varchar(250) NOT NULL UNIQUE, "attempts" integer unsigned NOT NULL CHECK ("attempts" >= 0), "next_attempt_at" datetime NOT NULL, "delivered_at" datetime NULL, "abandoned_at" datetime NULL, "problem" varchar(300) NOT NULL, "created_at" datetime NOT NULL, "case_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "contact_id" bigint NULL REFERENCES "corrigenda_contact" ("id") DEFERRABLE INITIALLY DEFERRED, "reply_id" bigint NOT NULL UNIQUE REFERENCES "corrigenda_reply" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "corrigenda_entry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "room" varchar(20) NOT NULL, "verb" varchar(40) NOT NULL, "old_state" varchar(20) NOT NULL, "new_state" varchar(20) NOT NULL, "before" text NOT NULL, "after" text NOT NULL, "rows" text NOT NULL CHECK ((JSON_VALID("rows") OR "rows" IS NULL)), "case_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "member_id" bigint NULL REFERENCES "corrigenda_member" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_entry" VALUES(1,'2026-11-23 05:10:22.146476','report','opened','','received','','','{"report": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(2,'2026-11-23 05:10:22.163153','report','opened','','received','','','{"report": 2}',2,NULL);
INSERT INTO "corrigenda_entry" VALUES(3,'2026-11-23 05:10:22.170650','report','opened','','received','','','{"report": 3}',3,NULL);
INSERT INTO "corrigenda_entry" VALUES(4,'2026-11-23 05:10:22.180444','report','opened','','received','','','{"report": 4}',4,NULL);
INSERT INTO "corrigenda_entry" VALUES(5,'2026-11-23 05:10:22.194259','report','opened','','received','','','{"report": 5}',5,NULL);
INSERT INTO "corrigenda_entry" VALUES(6,'2026-11-23 05:10:22.218256','report','opened','','received','','','{"report": 6}',6,NULL);
INSERT INTO "corrigenda_entry" VALUES(7,'2026-11-23 05:10:22.424366','locate','located','received','located','','raw total of 360','{"passage": 1, "revision": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(8,'2026-11-23 05:10:22.432415','locate','located','received','located','','raw total of 360','{"passage": 2, "revision": 1}',2,NULL);
INSERT INTO "corrigenda_entry" VALUES(9,'2026-11-23 05:10:22.444225','locate','located','received','located','','it’s own creek','{"passage": 3, "revision": 1}',3,NULL);
INSERT INTO "corrigenda_entry" VALUES(10,'2026-11-23 05:10:22.459157','locate','unlocated_unsure','received','unlocated','','+43%','{"passage": 4, "revision": 1}',4,NULL);
INSERT INTO "corrigenda_entry" VALUES(11,'2026-11-23 05:10:22.468298','locate','located','received','located','','18 square kilometres','{"passage": 5, "revision": 1}',5,NULL);
INSERT INTO "corrigenda_entry" VALUES(12,'2026-11-23 05:10:22.498506','locate','unlocated_gone','received','unlocated','','','{"passage": 6, "revision": 1}',6,NULL);
INSERT INTO "corrigenda_entry" VALUES(13,'2026-11-23 05:10:22.583929','decide','merged','located','merged','','','{"merge": 1, "case": 1}',2,NULL);
INSERT INTO "corrigenda_entry" VALUES(14,'2026-11-23 05:10:22.606163','decide','joined','','','','','{"merge": 1, "case": 2}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(15,'2026-11-23 05:10:26.648097','decide','accepted','located','accepted','raw total of 360','raw total of 370','{"decision": 1, "passage": 1}',1,1);
INSERT INTO "corrigenda_entry" VALUES(16,'2026-11-23 05:10:29.375312','decide','declined','located','declined','it’s own creek','','{"decision": 2, "passage": 3}',3,1);
INSERT INTO "corrigenda_entry" VALUES(17,'2026-11-23 05:10:32.697614','decide','noted','located','noted','18 square kilometres','The share was worked out anew.','{"decision": 3, "passage": 5}',5,1);
INSERT INTO "corrigenda_entry" VALUES(18,'2026-11-23 05:10:36.628358','disclose','drafted','','','','An earlier version of this article wrongly said “raw total of 360”. It should have said “raw total of 370”.','{"notice": 1, "decision": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(19,'2026-11-23 05:10:36.651927','disclose','drafted','','','','The share was worked out anew.','{"notice": 2, "decision": 3}',5,NULL);
INSERT INTO "corrigenda_entry" VALUES(20,'2026-11-23 05:10:37.201927','disclose','placed','','','','','{"notice": 2}',5,NULL);
INSERT INTO "corrigenda_entry" VALUES(21,'2026-11-23 05:10:37.215394','disclose','disclosed','noted','disclosed','','The share was worked out anew.','{"decision": 3, "notice": 2}',5,NULL);
INSERT INTO "corrigenda_entry" VALUES(22,'2026-11-23 05:10:37.225964','disclose','closed','disclosed','closed','','','{"decision": 3}',5,NULL);
INSERT INTO "corrigenda_entry" VALUES(23,'2026-11-23 05:10:37.265497','disclose','closed','declined','closed','','','{"decision": 2}',3,NULL);
INSERT INTO "corrigenda_entry" VALUES(24,'2026-11-23 05:10:37.481993','fix','applied','','','raw total of 360','raw total of 370','{"fix": 1, "decision": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(25,'2026-11-23 05:10:37.651350','fix','fixed','accepted','fixed','raw total of 360','raw total of 370','{"fix": 1, "decision": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(26,'2026-11-23 05:10:37.692286','disclose','disclosed','fixed','disclosed','','An earlier version of this article wrongly said “raw total of 360”. It should have said “raw total of 370”.','{"decision": 1, "notice": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(27,'2026-11-23 05:10:37.700438','disclose','closed','disclosed','closed','','','{"decision": 1}',1,NULL);
INSERT INTO "corrigenda_entry" VALUES(28,'2026-11-23 05:10:37.823754','locate','carried','','','+43%','+43%','{"passage": 7, "revision": 2}',4,NULL);
INSERT INTO "corrigenda_entry" VALUES(29,'2026-11-23 05:10:37.893247','locate','carried','','','','','{"passage": 8, "revision": 2}',6,NULL);
CREATE TABLE "corrigenda_fix" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "status" varchar(20) NOT NULL, "before_digest" varchar(64) NOT NULL, "after_digest" varchar(64) NOT NULL, "start" integer unsigned NULL CHECK ("start" >= 0), "end" integer unsigned NULL CHECK ("end" >= 0), "problem" varchar(500) NOT NULL, "attempts" integer unsigned NOT NULL CHECK ("attempts" >= 0), "prepared_at" datetime NOT NULL, "applied_at" datetime NULL, "live_at" datetime NULL, "case_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "decision_id" bigint NOT NULL UNIQUE REFERENCES "corrigenda_decision" ("id") DEFERRABLE INITIALLY DEFERRED, "found" text NOT NULL, "next_attempt_at" datetime NULL);
INSERT INTO "corrigenda_fix" VALUES(1,'live','b295781477e86876386e03fcdd22bba446be051ee93ad9475f0c03d90bbfc067','a4591d3566ffb4aa3c8d86acd92a0015203ae2a988963fdeb92f738c4e5a1d60',2280,2296,'',0,'2026-11-23 05:10:37.409248','2026-11-23 05:10:37.481323','2026-11-23 05:10:37.650318',1,1,'',NULL);
CREATE TABLE "corrigenda_followup" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "comment" text NOT NULL, "created_at" datetime NOT NULL, "report_id" bigint NOT NULL REFERENCES "corrigenda_report" ("id") DEFERRABLE INITIALLY DEFERRED, "mail_id" bigint NOT NULL UNIQUE REFERENCES "corrigenda_mail" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "corrigenda_mail" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(64) NOT NULL UNIQUE, "way" varchar(10) NOT NULL, "outcome" varchar(20) NOT NULL, "reason" varchar(300) NOT NULL, "text" text NOT NULL, "left_out" text NOT NULL CHECK ((JSON_VALID("left_out") OR "left_out" IS NULL)), "raw" BLOB NULL, "taken_at" datetime NOT NULL, "delivery_id" bigint NULL REFERENCES "corrigenda_delivery" ("id") DEFERRABLE INITIALLY DEFERRED, "report_id" bigint NULL REFERENCES "corrigenda_report" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "corrigenda_mailbox" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(400) NOT NULL UNIQUE, "validity" bigint NOT NULL, "last_uid" bigint NOT NULL);
CREATE TABLE "corrigenda_member" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "first_name" varchar(150) NOT NULL, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "role" varchar(20) NOT NULL);
INSERT INTO "corrigenda_member" VALUES(1,'pbkdf2_sha256$1000000$d9RYd8rjTp3irMqNIHi4GE$vmxlH4d7ILYlLOa+hojNEuOVdjYHEV9epcrrzN2cXds=',NULL,0,'demo','Demo','Editor','',0,1,'2026-11-23 05:09:24.270614','administrator');
CREATE TABLE "corrigenda_member_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "member_id" bigint NOT NULL REFERENCES "corrigenda_member" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "corrigenda_member_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "member_id" bigint NOT NULL REFERENCES "corrigenda_member" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "corrigenda_merge" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "merged_at" datetime NOT NULL, "undone_at" datetime NULL, "member_id" bigint NULL REFERENCES "corrigenda_member" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "target_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "merge_of_two_cases" CHECK (NOT ("source_id" = ("target_id"))));
INSERT INTO "corrigenda_merge" VALUES(1,'2026-11-23 05:10:22.583507',NULL,NULL,2,1);
CREATE TABLE "corrigenda_notice" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "status" varchar(20) NOT NULL, "kind" varchar(20) NOT NULL, "language" varchar(35) NOT NULL, "headline" varchar(500) NOT NULL, "text" text NOT NULL, "old" text NOT NULL, "new" text NOT NULL, "prefix" text NOT NULL, "suffix" text NOT NULL, "drafted_at" datetime NOT NULL, "published_at" datetime NULL, "article_id" bigint NOT NULL REFERENCES "corrigenda_article" ("id") DEFERRABLE INITIALLY DEFERRED, "case_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "decision_id" bigint NOT NULL UNIQUE REFERENCES "corrigenda_decision" ("id") DEFERRABLE INITIALLY DEFERRED, "placed_at" datetime NULL);
INSERT INTO "corrigenda_notice" VALUES(1,'published','correction','en','Volunteers count 312 herons on the flats, the most since the storm','An earlier version of this article wrongly said “raw total of 360”. It should have said “raw total of 370”.','raw total of 360','raw total of 370','. This year 58 birds were struck out as seen twice, so that the ',' became 312.
It helps that herons are creatures of habit. Outsid','2026-11-23 05:10:36.627462','2026-11-23 05:10:37.689746',1,1,1,'2026-11-23 05:10:37.481323');
INSERT INTO "corrigenda_notice" VALUES(2,'published','clarification','en','Volunteers count 312 herons on the flats, the most since the storm','The share was worked out anew.','18 square kilometres','18 square kilometres','
+47%
2023
188
+43%
2024
240
+28%
2025
312
+30%
The flats cover ',' (11 square miles) between the river mouth and Stonnet Point. Wh','2026-11-23 05:10:36.651549','2026-11-23 05:10:37.200723',1,5,3,'2026-11-23 05:10:37.200723');
CREATE TABLE "corrigenda_origin" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "origin" varchar(300) NOT NULL UNIQUE, "site_id" bigint NOT NULL REFERENCES "corrigenda_site" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_origin" VALUES(1,'http://localhost:37181',1);
CREATE TABLE "corrigenda_passage" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "start" integer unsigned NULL CHECK ("start" >= 0), "end" integer unsigned NULL CHECK ("end" >= 0), "kind" varchar(20) NOT NULL, "confidence" real NOT NULL, "found_at" datetime NOT NULL, "case_id" bigint NOT NULL REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "revision_id" bigint NOT NULL REFERENCES "corrigenda_revision" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_passage_a_revision" UNIQUE ("case_id", "revision_id"), CONSTRAINT "passage_in_order" CHECK ((("end" IS NULL AND "start" IS NULL) OR "start" <= ("end"))));
INSERT INTO "corrigenda_passage" VALUES(1,2280,2296,'unchanged',0.95,'2026-11-23 05:10:22.423357',1,1);
INSERT INTO "corrigenda_passage" VALUES(2,2280,2296,'unchanged',0.95,'2026-11-23 05:10:22.431742',2,1);
INSERT INTO "corrigenda_passage" VALUES(3,2401,2415,'unchanged',0.95,'2026-11-23 05:10:22.443419',3,1);
INSERT INTO "corrigenda_passage" VALUES(4,1109,1113,'unchanged',0.75,'2026-11-23 05:10:22.458235',4,1);
INSERT INTO "corrigenda_passage" VALUES(5,1158,1178,'unchanged',0.95,'2026-11-23 05:10:22.467550',5,1);
INSERT INTO "corrigenda_passage" VALUES(6,NULL,NULL,'gone',0.92,'2026-11-23 05:10:22.497702',6,1);
INSERT INTO "corrigenda_passage" VALUES(7,1109,1113,'unchanged',0.75,'2026-11-23 05:10:37.822630',4,2);
INSERT INTO "corrigenda_passage" VALUES(8,NULL,NULL,'gone',0.92,'2026-11-23 05:10:37.867553',6,2);
CREATE TABLE "corrigenda_reply" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "created_at" datetime NOT NULL, "decision_id" bigint NOT NULL REFERENCES "corrigenda_decision" ("id") DEFERRABLE INITIALLY DEFERRED, "notice_id" bigint NULL REFERENCES "corrigenda_notice" ("id") DEFERRABLE INITIALLY DEFERRED, "report_id" bigint NOT NULL UNIQUE REFERENCES "corrigenda_report" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_reply" VALUES(1,'2026-11-23 05:10:37.214679',3,2,5);
INSERT INTO "corrigenda_reply" VALUES(2,'2026-11-23 05:10:37.252522',2,NULL,3);
INSERT INTO "corrigenda_reply" VALUES(3,'2026-11-23 05:10:37.691892',1,1,1);
INSERT INTO "corrigenda_reply" VALUES(4,'2026-11-23 05:10:37.692130',1,1,2);
CREATE TABLE "corrigenda_report" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "token" varchar(43) NOT NULL UNIQUE, "idempotency_key" varchar(100) NOT NULL UNIQUE, "channel" varchar(20) NOT NULL, "url" varchar(2000) NOT NULL, "language" varchar(35) NOT NULL, "concern" varchar(20) NOT NULL, "exact" text NOT NULL, "prefix" text NOT NULL, "suffix" text NOT NULL, "position" integer unsigned NULL CHECK ("position" >= 0), "suggestion" text NOT NULL, "comment" text NOT NULL, "created_at" datetime NOT NULL, "case_id" bigint NULL UNIQUE REFERENCES "corrigenda_case" ("id") DEFERRABLE INITIALLY DEFERRED, "contact_id" bigint NULL UNIQUE REFERENCES "corrigenda_contact" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" bigint NOT NULL REFERENCES "corrigenda_site" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "corrigenda_report" VALUES(1,'I4-ow0X8UzmHtN9KHNPh30BmBq7gPeJzwVI3ui5NMRU','7d2610d3-03e5-482b-94ec-7aa99773b751','form','http://localhost:37181/heron-count.html','en','fact','raw total of 360','','',NULL,'raw total of 370','Look.','2026-11-23 05:09:37.303823',1,1,1);
INSERT INTO "corrigenda_report" VALUES(2,'OwzvcdBy6qWkk-fzhZ0fPlIgeqgQY3bblgFfeqKQt7A','5f2a3acd-1959-44f0-b1b7-ff04d10d2368','form','http://localhost:37181/heron-count.html','en','fact','raw total of 360','','',NULL,'raw total of 370','Look.','2026-11-23 05:09:51.212141',2,2,1);
INSERT INTO "corrigenda_report" VALUES(3,'igVCFpytH208ywqNA0PVGn41IqeMRZToIwSueaRopYA','b520348b-2055-4664-98d7-f70db3d3c9ef','form','http://localhost:37181/heron-count.html','en','fact','it’s own creek','','',NULL,'its own creek','Look.','2026-11-23 05:10:06.040413',3,NULL,1);
INSERT INTO "corrigenda_report" VALUES(4,'Pi3EH8qOT7kNaFbUgG4fxWjjEHwosgv137d70My5YqM','698a77f0-851b-451c-bb09-351a131b6b60','form','http://localhost:37181/heron-count.html','en','fact','+43%','','',NULL,'+33%','Look.','2026-11-23 05:10:11.240615',4,3,1);
INSERT INTO "corrigenda_report" VALUES(5,'B25TfZRLP6f8jkxb9s1t59RKeQG-AFCyD2kHnPVzfIY','df48dc73-7567-45ba-b4b8-0bae1a01309d','form','http://localhost:37181/heron-count.html','en','fact','18 square kilometres','','',NULL,'','Look.','2026-11-23 05:10:13.433914',5,NULL,1);
INSERT INTO "corrigenda_report" VALUES(6,'02p3vanHPJFwy6u8Dt3fnhZK_F3_I-WlA2gqWY68Qz8','84c4eba1-11dc-4080-a1c4-4387a4691c08','form','http://localhost:37181/heron-count.html','en','fact','words that stand nowhere','','',NULL,'','Look.','2026-11-23 05:10:17.109033',6,NULL,1);
CREATE TABLE "corrigenda_revision" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" integer unsigned NOT NULL CHECK ("number" >= 0), "source" varchar(20) NOT NULL, "html" text NOT NULL, "text" text NOT NULL, "digest" varchar(64) NOT NULL, "headline" varchar(500) NOT NULL, "read_at" datetime NOT NULL, "article_id" bigint NOT NULL REFERENCES "corrigenda_article" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_revision_a_number" UNIQUE ("article_id", "number"));
INSERT INTO "corrigenda_revision" VALUES(1,1,'connector','
<p>Two hundred and six volunteers counted 312 grey herons on the Merrel flats on Sunday, 5 October 2025, the
highest figure since the autumn count was taken up again after the storm, the Merrel Bird Society said.</p>

<p>That is <strong>30 percent</strong> more than the 240 birds of last year, the Littoral News Agency reported, and
more than three times the 96 that were left in 2021. “A heron is an easy bird to count,” said Cuthbert Reedham,
who has led the count since 2009. “It stands still and disapproves of you. The difficulty is to stand still for
as long yourself.”</p>

<figure itemprop="image" itemscope itemtype="https://schema.org/ImageObject">
  <img itemprop="contentUrl" src="/assets/heron.svg" width="1200" height="675"
       alt="Drawing: a grey heron standing in shallow water between reeds, a pale sun behind it and three smaller herons in the distance.">
  <figcaption itemprop="caption">A grey heron on the flats, about to be counted.
    <span class="credit">Drawing: The Harbour Courier</span></figcaption>
</figure>

<p>Of the volunteers, 87 came from the schools, 64 from the <a href="/herring-week.html">fishing guild</a> and 45
from elsewhere, among them a couple on their honeymoon who had thought that they were joining a guided walk. They
stood in pairs at 103 posts from half past six, an hour before sunrise, until the tide drove them off at
ten.</p>

<div class="promo">
  <p class="promo-title"><a href="/assets/watch-tide.svg">WATCH: Twenty seconds of tide on the Merrel flats</a></p>
</div>

<h2>Five autumns</h2>

<table>
  <caption>Herons counted on the Merrel flats on the first Sunday in October</caption>
  <thead>
    <tr><th scope="col">Year</th><th scope="col" class="num">Herons</th><th scope="col" class="num">Change</th></tr>
  </thead>
  <tbody>
    <tr><th scope="row">2021</th><td class="num">96</td><td class="num">–</td></tr>
    <tr><th scope="row">2022</th><td class="num">141</td><td class="num">+47%</td></tr>
    <tr><th scope="row">2023</th><td class="num">188</td><td class="num">+43%</td></tr>
    <tr><th scope="row">2024</th><td class="num">240</td><td class="num">+28%</td></tr>
    <tr><th scope="row">2025</th><td class="num">312</td><td class="num">+30%</td></tr>
  </tbody>
</table>

<p>The flats cover 18 square kilometres <em>(11 square miles)</em> between the river mouth and Stonnet Point. When
the sea came over the mole in 2021 it laid salt on all of them. The eels went first and the herons followed; for a
whole summer, Mr Reedham recalls, the only grey thing standing on the flats was himself.</p>

<p>The eels are back. Samples taken in August by the Velmista Institute of Shallow Waters found 2.4 of them to the
square metre, twice as many as in 2023. Freshwater did it, according to Drusilla Marsh, who runs the sampling: two
wet winters washed the salt out of the upper creeks sooner than anybody had forecast. “We had drawn a curve for
ten years,” she said. “The river did not read it.”</p>

<div class="pullquote"><p>“It stands still and disapproves of you. The difficulty is to stand still for as long
yourself.”</p></div>

<h2>How to count a bird once</h2>

<p>A heron that is disturbed flies a wide circle and comes down behind whoever disturbed it, which for decades made
the count an exercise in optimism. Since 2022 the posts write down the minute of each landing, and the lists are
compared afterwards over soup. This year 58 birds were struck out as seen twice, so that the raw total of
<em>360</em> became 312.</p>

<p>It helps that herons are creatures of habit. Outside the breeding season each bird keeps to it’s <em>own</em>
creek and defends it, mostly by looking. Schoolchildren have given names to some of the regulars: the Notary, the
Widow, Mr Reedham.</p>

<aside class="related" aria-labelledby="related">
  <h2 id="related">Other topics of interest</h2>
  <ul>
    <li><a href="/eastern-mole-rebuild.html">Council votes 10.8 million crowns to close the Eastern Mole before winter</a></li>
    <li><a href="/herring-week.html">Nine days of herring: what to see, hear and eat</a></li>
    <li><a href="/library-boat.html">A library that leaves at high water</a></li>
  </ul>
</aside>

<div class="promo">
  <p class="promo-title"><a href="/assets/watch-tide.svg">WATCH: Twenty seconds of tide on the Merrel flats</a></p>
  <p>The flats dry out twice a day. This drawing lets the water back in, from the first trickle to a boat afloat.</p>
</div>

<p>Whether the recovery lasts may be decided indoors. The town council votes on Tuesday, 7 October, on
<a href="/eastern-mole-rebuild.html">the rebuilding of the mole</a>, and the barges that bring the stone would pass
within 300 metres (984 feet) of the eastern reedbed, where two thirds of the birds sleep. “We are not against the
wall,” a member of the society said. “We should like it to arrive quietly, and not between four and eight.”</p>

<p>The harbour office has offered to keep the barges out of the channel at dawn, at a cost that it puts at 98,000
crowns ($10,000) for the season. The society has offered to pay the first tenth of it, 9,800 crowns, from the sale
of soup.</p>

<p>The next count is on Sunday, 4 October 2026. Boots are provided, patience is not. Those who wish to take part
write to the society before the end of August and should be able to tell a heron from a post, which, Mr Reedham
says, is harder than it sounds and is the reason why posts are counted too: there were 211.</p>
','Two hundred and six volunteers counted 312 grey herons on the Merrel flats on Sunday, 5 October 2025, the highest figure since the autumn count was taken up again after the storm, the Merrel Bird Society said.
That is 30 percent more than the 240 birds of last year, the Littoral News Agency reported, and more than three times the 96 that were left in 2021. “A heron is an easy bird to count,” said Cuthbert Reedham, who has led the count since 2009. “It stands still and disapproves of you. The difficulty is to stand still for as long yourself.”
A grey heron on the flats, about to be counted. Drawing: The Harbour Courier
Of the volunteers, 87 came from the schools, 64 from the fishing guild and 45 from elsewhere, among them a couple on their honeymoon who had thought that they were joining a guided walk. They stood in pairs at 103 posts from half past six, an hour before sunrise, until the tide drove them off at ten.
WATCH: Twenty seconds of tide on the Merrel flats
Five autumns
Herons counted on the Merrel flats on the first Sunday in October
Year
Herons
Change
2021
96
–
2022
141
+47%
2023
188
+43%
2024
240
+28%
2025
312
+30%
The flats cover 18 square kilometres (11 square miles) between the river mouth and Stonnet Point. When the sea came over the mole in 2021 it laid salt on all of them. The eels went first and the herons followed; for a whole summer, Mr Reedham recalls, the only grey thing standing on the flats was himself.
The eels are back. Samples taken in August by the Velmista Institute of Shallow Waters found 2.4 of them to the square metre, twice as many as in 2023. Freshwater did it, according to Drusilla Marsh, who runs the sampling: two wet winters washed the salt out of the upper creeks sooner than anybody had forecast. “We had drawn a curve for ten years,” she said. “The river did not read it.”
“It stands still and disapproves of you. The difficulty is to stand still for as long yourself.”
How to count a bird once
A heron that is disturbed flies a wide circle and comes down behind whoever disturbed it, which for decades made the count an exercise in optimism. Since 2022 the posts write down the minute of each landing, and the lists are compared afterwards over soup. This year 58 birds were struck out as seen twice, so that the raw total of 360 became 312.
It helps that herons are creatures of habit. Outside the breeding season each bird keeps to it’s own creek and defends it, mostly by looking. Schoolchildren have given names to some of the regulars: the Notary, the Widow, Mr Reedham.
Other topics of interest
Council votes 10.8 million crowns to close the Eastern Mole before winter
Nine days of herring: what to see, hear and eat
A library that leaves at high water
WATCH: Twenty seconds of tide on the Merrel flats
The flats dry out twice a day. This drawing lets the water back in, from the first trickle to a boat afloat.
Whether the recovery lasts may be decided indoors. The town council votes on Tuesday, 7 October, on the rebuilding of the mole, and the barges that bring the stone would pass within 300 metres (984 feet) of the eastern reedbed, where two thirds of the birds sleep. “We are not against the wall,” a member of the society said. “We should like it to arrive quietly, and not between four and eight.”
The harbour office has offered to keep the barges out of the channel at dawn, at a cost that it puts at 98,000 crowns ($10,000) for the season. The society has offered to pay the first tenth of it, 9,800 crowns, from the sale of soup.
The next count is on Sunday, 4 October 2026. Boots are provided, patience is not. Those who wish to take part write to the society before the end of August and should be able to tell a heron from a post, which, Mr Reedham says, is harder than it sounds and is the reason why posts are counted too: there were 211.','ce5401e79ada6d6cc2e316c9f383dac82e1fd67154774af43f0124a5362c5bbe','Volunteers count 312 herons on the flats, the most since the storm','2026-11-23 05:10:22.386974',1);
INSERT INTO "corrigenda_revision" VALUES(2,2,'connector','
<p>Two hundred and six volunteers counted 312 grey herons on the Merrel flats on Sunday, 5 October 2025, the
highest figure since the autumn count was taken up again after the storm, the Merrel Bird Society said.</p>

<p>That is <strong>30 percent</strong> more than the 240 birds of last year, the Littoral News Agency reported, and
more than three times the 96 that were left in 2021. “A heron is an easy bird to count,” said Cuthbert Reedham,
who has led the count since 2009. “It stands still and disapproves of you. The difficulty is to stand still for
as long yourself.”</p>

<figure itemprop="image" itemscope itemtype="https://schema.org/ImageObject">
  <img itemprop="contentUrl" src="/assets/heron.svg" width="1200" height="675"
       alt="Drawing: a grey heron standing in shallow water between reeds, a pale sun behind it and three smaller herons in the distance.">
  <figcaption itemprop="caption">A grey heron on the flats, about to be counted.
    <span class="credit">Drawing: The Harbour Courier</span></figcaption>
</figure>

<p>Of the volunteers, 87 came from the schools, 64 from the <a href="/herring-week.html">fishing guild</a> and 45
from elsewhere, among them a couple on their honeymoon who had thought that they were joining a guided walk. They
stood in pairs at 103 posts from half past six, an hour before sunrise, until the tide drove them off at
ten.</p>

<div class="promo">
  <p class="promo-title"><a href="/assets/watch-tide.svg">WATCH: Twenty seconds of tide on the Merrel flats</a></p>
</div>

<h2>Five autumns</h2>

<table>
  <caption>Herons counted on the Merrel flats on the first Sunday in October</caption>
  <thead>
    <tr><th scope="col">Year</th><th scope="col" class="num">Herons</th><th scope="col" class="num">Change</th></tr>
  </thead>
  <tbody>
    <tr><th scope="row">2021</th><td class="num">96</td><td class="num">–</td></tr>
    <tr><th scope="row">2022</th><td class="num">141</td><td class="num">+47%</td></tr>
    <tr><th scope="row">2023</th><td class="num">188</td><td class="num">+43%</td></tr>
    <tr><th scope="row">2024</th><td class="num">240</td><td class="num">+28%</td></tr>
    <tr><th scope="row">2025</th><td class="num">312</td><td class="num">+30%</td></tr>
  </tbody>
</table>

<p>The flats cover 18 square kilometres <em>(11 square miles)</em> between the river mouth and Stonnet Point. When
the sea came over the mole in 2021 it laid salt on all of them. The eels went first and the herons followed; for a
whole summer, Mr Reedham recalls, the only grey thing standing on the flats was himself.</p>

<p>The eels are back. Samples taken in August by the Velmista Institute of Shallow Waters found 2.4 of them to the
square metre, twice as many as in 2023. Freshwater did it, according to Drusilla Marsh, who runs the sampling: two
wet winters washed the salt out of the upper creeks sooner than anybody had forecast. “We had drawn a curve for
ten years,” she said. “The river did not read it.”</p>

<div class="pullquote"><p>“It stands still and disapproves of you. The difficulty is to stand still for as long
yourself.”</p></div>

<h2>How to count a bird once</h2>

<p>A heron that is disturbed flies a wide circle and comes down behind whoever disturbed it, which for decades made
the count an exercise in optimism. Since 2022 the posts write down the minute of each landing, and the lists are
compared afterwards over soup. This year 58 birds were struck out as seen twice, so that the raw total of
<em>370</em> became 312.</p>

<p>It helps that herons are creatures of habit. Outside the breeding season each bird keeps to it’s <em>own</em>
creek and defends it, mostly by looking. Schoolchildren have given names to some of the regulars: the Notary, the
Widow, Mr Reedham.</p>

<aside class="related" aria-labelledby="related">
  <h2 id="related">Other topics of interest</h2>
  <ul>
    <li><a href="/eastern-mole-rebuild.html">Council votes 10.8 million crowns to close the Eastern Mole before winter</a></li>
    <li><a href="/herring-week.html">Nine days of herring: what to see, hear and eat</a></li>
    <li><a href="/library-boat.html">A library that leaves at high water</a></li>
  </ul>
</aside>

<div class="promo">
  <p class="promo-title"><a href="/assets/watch-tide.svg">WATCH: Twenty seconds of tide on the Merrel flats</a></p>
  <p>The flats dry out twice a day. This drawing lets the water back in, from the first trickle to a boat afloat.</p>
</div>

<p>Whether the recovery lasts may be decided indoors. The town council votes on Tuesday, 7 October, on
<a href="/eastern-mole-rebuild.html">the rebuilding of the mole</a>, and the barges that bring the stone would pass
within 300 metres (984 feet) of the eastern reedbed, where two thirds of the birds sleep. “We are not against the
wall,” a member of the society said. “We should like it to arrive quietly, and not between four and eight.”</p>

<p>The harbour office has offered to keep the barges out of the channel at dawn, at a cost that it puts at 98,000
crowns ($10,000) for the season. The society has offered to pay the first tenth of it, 9,800 crowns, from the sale
of soup.</p>

<p>The next count is on Sunday, 4 October 2026. Boots are provided, patience is not. Those who wish to take part
write to the society before the end of August and should be able to tell a heron from a post, which, Mr Reedham
says, is harder than it sounds and is the reason why posts are counted too: there were 211.</p>
','Two hundred and six volunteers counted 312 grey herons on the Merrel flats on Sunday, 5 October 2025, the highest figure since the autumn count was taken up again after the storm, the Merrel Bird Society said.
That is 30 percent more than the 240 birds of last year, the Littoral News Agency reported, and more than three times the 96 that were left in 2021. “A heron is an easy bird to count,” said Cuthbert Reedham, who has led the count since 2009. “It stands still and disapproves of you. The difficulty is to stand still for as long yourself.”
A grey heron on the flats, about to be counted. Drawing: The Harbour Courier
Of the volunteers, 87 came from the schools, 64 from the fishing guild and 45 from elsewhere, among them a couple on their honeymoon who had thought that they were joining a guided walk. They stood in pairs at 103 posts from half past six, an hour before sunrise, until the tide drove them off at ten.
WATCH: Twenty seconds of tide on the Merrel flats
Five autumns
Herons counted on the Merrel flats on the first Sunday in October
Year
Herons
Change
2021
96
–
2022
141
+47%
2023
188
+43%
2024
240
+28%
2025
312
+30%
The flats cover 18 square kilometres (11 square miles) between the river mouth and Stonnet Point. When the sea came over the mole in 2021 it laid salt on all of them. The eels went first and the herons followed; for a whole summer, Mr Reedham recalls, the only grey thing standing on the flats was himself.
The eels are back. Samples taken in August by the Velmista Institute of Shallow Waters found 2.4 of them to the square metre, twice as many as in 2023. Freshwater did it, according to Drusilla Marsh, who runs the sampling: two wet winters washed the salt out of the upper creeks sooner than anybody had forecast. “We had drawn a curve for ten years,” she said. “The river did not read it.”
“It stands still and disapproves of you. The difficulty is to stand still for as long yourself.”
How to count a bird once
A heron that is disturbed flies a wide circle and comes down behind whoever disturbed it, which for decades made the count an exercise in optimism. Since 2022 the posts write down the minute of each landing, and the lists are compared afterwards over soup. This year 58 birds were struck out as seen twice, so that the raw total of 370 became 312.
It helps that herons are creatures of habit. Outside the breeding season each bird keeps to it’s own creek and defends it, mostly by looking. Schoolchildren have given names to some of the regulars: the Notary, the Widow, Mr Reedham.
Other topics of interest
Council votes 10.8 million crowns to close the Eastern Mole before winter
Nine days of herring: what to see, hear and eat
A library that leaves at high water
WATCH: Twenty seconds of tide on the Merrel flats
The flats dry out twice a day. This drawing lets the water back in, from the first trickle to a boat afloat.
Whether the recovery lasts may be decided indoors. The town council votes on Tuesday, 7 October, on the rebuilding of the mole, and the barges that bring the stone would pass within 300 metres (984 feet) of the eastern reedbed, where two thirds of the birds sleep. “We are not against the wall,” a member of the society said. “We should like it to arrive quietly, and not between four and eight.”
The harbour office has offered to keep the barges out of the channel at dawn, at a cost that it puts at 98,000 crowns ($10,000) for the season. The society has offered to pay the first tenth of it, 9,800 crowns, from the sale of soup.
The next count is on Sunday, 4 October 2026. Boots are provided, patience is not. Those who wish to take part write to the society before the end of August and should be able to tell a heron from a post, which, Mr Reedham says, is harder than it sounds and is the reason why posts are counted too: there were 211.','ee695e491ce80a1a65629d229b28389973e13302919f6d773acd986e9ada8fc6','Volunteers count 312 herons on the flats, the most since the storm','2026-11-23 05:10:37.745172',1);
CREATE TABLE "corrigenda_site" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(60) NOT NULL UNIQUE, "name" varchar(200) NOT NULL, "fetch_hosts" text NOT NULL CHECK ((JSON_VALID("fetch_hosts") OR "fetch_hosts" IS NULL)), "private_hosts" text NOT NULL CHECK ((JSON_VALID("private_hosts") OR "private_hosts" IS NULL)), "root_selectors" text NOT NULL CHECK ((JSON_VALID("root_selectors") OR "root_selectors" IS NULL)), "languages" text NOT NULL CHECK ((JSON_VALID("languages") OR "languages" IS NULL)), "connector" varchar(20) NOT NULL, "connector_options" text NOT NULL CHECK ((JSON_VALID("connector_options") OR "connector_options" IS NULL)), "corrections_policy" text NOT NULL, "created_at" datetime NOT NULL);
INSERT INTO "corrigenda_site" VALUES(1,'harbour-courier','The Harbour Courier','["localhost:37181"]','["localhost:37181"]','["[itemprop=articleBody]", "article", "main"]','["en", "uk"]','files','{"source": "/srv/corrigenda/newspaper/source", "public": "/srv/corrigenda/newspaper/public"}','The Harbour Courier corrects what it got wrong: in the article, beside the passage, and in this log. Mark the words and press Ctrl + Enter, or use the link under the story. Every reader gets an answer.','2026-11-23 05:09:26.789193');
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "django_content_type" VALUES(1,'auth','permission');
INSERT INTO "django_content_type" VALUES(2,'auth','group');
INSERT INTO "django_content_type" VALUES(3,'contenttypes','contenttype');
INSERT INTO "django_content_type" VALUES(4,'sessions','session');
INSERT INTO "django_content_type" VALUES(5,'account','emailaddress');
INSERT INTO "django_content_type" VALUES(6,'account','emailconfirmation');
INSERT INTO "django_content_type" VALUES(7,'corrigenda','article');
INSERT INTO "django_content_type" VALUES(8,'corrigenda','contact');
INSERT INTO "django_content_type" VALUES(9,'corrigenda','site');
INSERT INTO "django_content_type" VALUES(10,'corrigenda','member');
INSERT INTO "django_content_type" VALUES(11,'corrigenda','case');
INSERT INTO "django_content_type" VALUES(12,'corrigenda','decision');
INSERT INTO "django_content_type" VALUES(13,'corrigenda','entry');
INSERT INTO "django_content_type" VALUES(14,'corrigenda','fix');
INSERT INTO "django_content_type" VALUES(15,'corrigenda','notice');
INSERT INTO "django_content_type" VALUES(16,'corrigenda','passage');
INSERT INTO "django_content_type" VALUES(17,'corrigenda','reply');
INSERT INTO "django_content_type" VALUES(18,'corrigenda','delivery');
INSERT INTO "django_content_type" VALUES(19,'corrigenda','report');
INSERT INTO "django_content_type" VALUES(20,'corrigenda','revision');
INSERT INTO "django_content_type" VALUES(21,'corrigenda','origin');
INSERT INTO "django_content_type" VALUES(22,'corrigenda','address');
INSERT INTO "django_content_type" VALUES(23,'corrigenda','merge');
INSERT INTO "django_content_type" VALUES(24,'corrigenda','mailbox');
INSERT INTO "django_content_type" VALUES(25,'corrigenda','mail');
INSERT INTO "django_content_type" VALUES(26,'corrigenda','followup');
INSERT INTO "django_content_type" VALUES(27,'corrigenda','attachment');
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'contenttypes','0001_initial','2026-11-23 05:09:16.455082');
INSERT INTO "django_migrations" VALUES(2,'contenttypes','0002_remove_content_type_name','2026-11-23 05:09:16.565572');
INSERT INTO "django_migrations" VALUES(3,'auth','0001_initial','2026-11-23 05:09:16.642880');
INSERT INTO "django_migrations" VALUES(4,'auth','0002_alter_permission_name_max_length','2026-11-23 05:09:16.695882');
INSERT INTO "django_migrations" VALUES(5,'auth','0003_alter_user_email_max_length','2026-11-23 05:09:16.712371');
INSERT INTO "django_migrations" VALUES(6,'auth','0004_alter_user_username_opts','2026-11-23 05:09:16.751140');
INSERT INTO "django_migrations" VALUES(7,'auth','0005_alter_user_last_login_null','2026-11-23 05:09:16.816812');
INSERT INTO "django_migrations" VALUES(8,'auth','0006_require_contenttypes_0002','2026-11-23 05:09:16.826946');
INSERT INTO "django_migrations" VALUES(9,'auth','0007_alter_validators_add_error_messages','2026-11-23 05:09:16.877597');
INSERT INTO "django_migrations" VALUES(10,'auth','0008_alter_user_username_max_length','2026-11-23 05:09:16.883723');
INSERT INTO "django_migrations" VALUES(11,'auth','0009_alter_user_last_name_max_length','2026-11-23 05:09:16.900384');
INSERT INTO "django_migrations" VALUES(12,'auth','0010_alter_group_name_max_length','2026-11-23 05:09:16.916401');
INSERT INTO "django_migrations" VALUES(13,'auth','0011_update_proxy_permissions','2026-11-23 05:09:16.949685');
INSERT INTO "django_migrations" VALUES(14,'auth','0012_alter_user_first_name_max_length','2026-11-23 05:09:16.959856');
INSERT INTO "django_migrations" VALUES(15,'corrigenda','0001_initial','2026-11-23 05:09:18.651154');
INSERT INTO "django_migrations" VALUES(16,'account','0001_initial','2026-11-23 05:09:18.728336');
INSERT INTO "django_migrations" VALUES(17,'account','0002_email_max_length','2026-11-23 05:09:18.758459');
INSERT INTO "django_migrations" VALUES(18,'account','0003_alter_emailaddress_create_unique_verified_email','2026-11-23 05:09:18.810391');
INSERT INTO "django_migrations" VALUES(19,'account','0004_alter_emailaddress_drop_unique_email','2026-11-23 05:09:18.878267');
INSERT INTO "django_migrations" VALUES(20,'account','0005_emailaddress_idx_upper_email','2026-11-23 05:09:18.925649');
INSERT INTO "django_migrations" VALUES(21,'account','0006_emailaddress_lower','2026-11-23 05:09:19.025755');
INSERT INTO "django_migrations" VALUES(22,'account','0007_emailaddress_idx_email','2026-11-23 05:09:19.089349');
INSERT INTO "django_migrations" VALUES(23,'account','0008_emailaddress_unique_primary_email_fixup','2026-11-23 05:09:19.193521');
INSERT INTO "django_migrations" VALUES(24,'account','0009_emailaddress_unique_primary_email','2026-11-23 05:09:19.232465');
INSERT INTO "django_migrations" VALUES(25,'corrigenda','0002_entries_are_append_only','2026-11-23 05:09:19.318179');
INSERT INTO "django_migrations" VALUES(26,'corrigenda','0003_notice_placed','2026-11-23 05:09:19.384214');
INSERT INTO "django_migrations" VALUES(27,'corrigenda','0004_fix_found','2026-11-23 05:09:19.476615');
INSERT INTO "django_migrations" VALUES(28,'corrigenda','0005_mails','2026-11-23 05:09:20.143858');
INSERT INTO "django_migrations" VALUES(29,'corrigenda','0006_worker_indexes','2026-11-23 05:09:20.193221');
INSERT INTO "django_migrations" VALUES(30,'sessions','0001_initial','2026-11-23 05:09:20.196303');
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE UNIQUE INDEX "corrigenda_member_groups_member_id_group_id_5a5bf017_uniq" ON "corrigenda_member_groups" ("member_id", "group_id");
CREATE INDEX "corrigenda_member_groups_member_id_294626cd" ON "corrigenda_member_groups" ("member_id");
CREATE INDEX "corrigenda_member_groups_group_id_f3550a08" ON "corrigenda_member_groups" ("group_id");
CREATE UNIQUE INDEX "corrigenda_member_user_permissions_member_id_permission_id_b7d092ac_uniq" ON "corrigenda_member_user_permissions" ("member_id", "permission_id");
CREATE INDEX "corrigenda_member_user_permissions_member_id_e130c571" ON "corrigenda_member_user_permissions" ("member_id");
CREATE INDEX "corrigenda_member_user_permissions_permission_id_4b98a8ac" ON "corrigenda_member_user_permissions" ("permission_id");
CREATE INDEX "corrigenda_decision_case_id_d302d6a9" ON "corrigenda_decision" ("case_id");
CREATE INDEX "corrigenda_decision_member_id_4f083fa9" ON "corrigenda_decision" ("member_id");
CREATE INDEX "corrigenda_entry_case_id_61a3b93f" ON "corrigenda_entry" ("case_id");
CREATE INDEX "corrigenda_entry_member_id_39028c7b" ON "corrigenda_entry" ("member_id");
CREATE INDEX "corrigenda_notice_article_id_af02bd1e" ON "corrigenda_notice" ("article_id");
CREATE INDEX "corrigenda_notice_case_id_62b8b5ac" ON "corrigenda_notice" ("case_id");
CREATE INDEX "corrigenda_decision_passage_id_25be8594" ON "corrigenda_decision" ("passage_id");
CREATE INDEX "corrigenda_delivery_case_id_0e00a12e" ON "corrigenda_delivery" ("case_id");
CREATE INDEX "corrigenda_delivery_contact_id_9f209992" ON "corrigenda_delivery" ("contact_id");
CREATE INDEX "corrigenda_report_site_id_39893756" ON "corrigenda_report" ("site_id");
CREATE INDEX "corrigenda_reply_decision_id_4907c69d" ON "corrigenda_reply" ("decision_id");
CREATE INDEX "corrigenda_reply_notice_id_a3ee6d4c" ON "corrigenda_reply" ("notice_id");
CREATE INDEX "corrigenda_origin_site_id_b6640316" ON "corrigenda_origin" ("site_id");
CREATE INDEX "corrigenda_article_site_id_35a1fa9b" ON "corrigenda_article" ("site_id");
CREATE INDEX "notice_of_article" ON "corrigenda_notice" ("article_id", "status");
CREATE UNIQUE INDEX "one_standing_decision_a_case" ON "corrigenda_decision" ("case_id") WHERE "undone_at" IS NULL;
CREATE INDEX "delivery_due" ON "corrigenda_delivery" ("next_attempt_at") WHERE ("abandoned_at" IS NULL AND "delivered_at" IS NULL);
CREATE INDEX "corrigenda_address_article_id_fc35bd4a" ON "corrigenda_address" ("article_id");
CREATE INDEX "corrigenda_address_site_id_68405062" ON "corrigenda_address" ("site_id");
CREATE UNIQUE INDEX "one_standing_merge_a_case" ON "corrigenda_merge" ("source_id") WHERE "undone_at" IS NULL;
CREATE INDEX "corrigenda_merge_member_id_df7833ae" ON "corrigenda_merge" ("member_id");
CREATE INDEX "corrigenda_merge_source_id_7e8c6aed" ON "corrigenda_merge" ("source_id");
CREATE INDEX "corrigenda_merge_target_id_3e199d78" ON "corrigenda_merge" ("target_id");
CREATE INDEX "corrigenda_revision_article_id_e6ff075b" ON "corrigenda_revision" ("article_id");
CREATE INDEX "corrigenda_passage_case_id_91129aaa" ON "corrigenda_passage" ("case_id");
CREATE INDEX "corrigenda_passage_revision_id_6f231923" ON "corrigenda_passage" ("revision_id");
CREATE INDEX "corrigenda_case_article_id_e4c433f4" ON "corrigenda_case" ("article_id");
CREATE INDEX "corrigenda_case_site_id_3f67d153" ON "corrigenda_case" ("site_id");
CREATE INDEX "case_queue" ON "corrigenda_case" ("state", "id");
CREATE INDEX "account_emailconfirmation_email_address_id_5b7f8c58" ON "account_emailconfirmation" ("email_address_id");
CREATE UNIQUE INDEX "account_emailaddress_user_id_email_987c8728_uniq" ON "account_emailaddress" ("user_id", "email");
CREATE UNIQUE INDEX "unique_verified_email" ON "account_emailaddress" ("email") WHERE "verified";
CREATE INDEX "account_emailaddress_user_id_2c513194" ON "account_emailaddress" ("user_id");
CREATE INDEX "account_emailaddress_email_03be32b2" ON "account_emailaddress" ("email");
CREATE UNIQUE INDEX "unique_primary_email" ON "account_emailaddress" ("user_id", "primary") WHERE "primary";
CREATE TRIGGER entry_no_update BEFORE UPDATE ON corrigenda_entry
       BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON corrigenda_entry
       BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE INDEX "notice_in_log" ON "corrigenda_notice" ("published_at" DESC, "id" DESC);
CREATE INDEX "corrigenda_fix_case_id_92304ffe" ON "corrigenda_fix" ("case_id");
CREATE INDEX "mail_aside" ON "corrigenda_mail" ("id") WHERE "outcome" = 'aside';
CREATE INDEX "corrigenda_mail_delivery_id_c21aed0f" ON "corrigenda_mail" ("delivery_id");
CREATE INDEX "corrigenda_mail_report_id_12e3244c" ON "corrigenda_mail" ("report_id");
CREATE INDEX "corrigenda_followup_report_id_56ab5ca4" ON "corrigenda_followup" ("report_id");
CREATE INDEX "corrigenda_attachment_digest_6e26d09c" ON "corrigenda_attachment" ("digest");
CREATE INDEX "corrigenda_attachment_mail_id_7e2710ed" ON "corrigenda_attachment" ("mail_id");
CREATE INDEX "article_to_reread" ON "corrigenda_article" ("reading_asked_at") WHERE "reading_asked_at" IS NOT NULL;
CREATE INDEX "notice_drafted" ON "corrigenda_notice" ("id") WHERE "status" = 'draft';
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('django_migrations',30);
INSERT INTO "sqlite_sequence" VALUES('django_content_type',27);
INSERT INTO "sqlite_sequence" VALUES('auth_permission',108);
INSERT INTO "sqlite_sequence" VALUES('auth_group',0);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_reply',4);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_article',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_revision',2);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_passage',8);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_case',6);
INSERT INTO "sqlite_sequence" VALUES('account_emailaddress',0);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_fix',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_attachment',0);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_member',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_site',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_origin',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_contact',3);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_report',6);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_entry',29);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_address',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_merge',1);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_decision',3);
INSERT INTO "sqlite_sequence" VALUES('corrigenda_notice',2);
COMMIT;
