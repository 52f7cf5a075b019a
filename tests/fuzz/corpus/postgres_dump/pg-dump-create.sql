--
-- PostgreSQL database dump
--

\restrict f5oG7YB4nczHejaJLyPhSWsqMsbQ1qYsshygdkpLDbZJYk9MlRFXjOStqgqSSAq

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: DATABASE; Schema: -; Owner: app
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE shop OWNER TO app;

\unrestrict f5oG7YB4nczHejaJLyPhSWsqMsbQ1qYsshygdkpLDbZJYk9MlRFXjOStqgqSSAq
\connect shop
\restrict f5oG7YB4nczHejaJLyPhSWsqMsbQ1qYsshygdkpLDbZJYk9MlRFXjOStqgqSSAq

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE shop; Type: COMMENT; Schema: -; Owner: app
--

COMMENT ON DATABASE shop IS 'the shop';


--
-- Name: shop; Type: DATABASE PROPERTIES; Schema: -; Owner: app
--

ALTER DATABASE shop SET search_path TO 'sales', 'public';
ALTER DATABASE shop SET default_transaction_isolation TO 'repeatable read';


\unrestrict f5oG7YB4nczHejaJLyPhSWsqMsbQ1qYsshygdkpLDbZJYk9MlRFXjOStqgqSSAq
\connect shop
\restrict f5oG7YB4nczHejaJLyPhSWsqMsbQ1qYsshygdkpLDbZJYk9MlRFXjOStqgqSSAq

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: sales; Type: SCHEMA; Schema: -; Owner: app
--

CREATE SCHEMA sales;


ALTER SCHEMA sales OWNER TO app;

--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: hstore; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;


--
-- Name: EXTENSION hstore; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs';


--
-- Name: mood; Type: TYPE; Schema: sales; Owner: app
--

CREATE TYPE sales.mood AS ENUM (
    'sad',
    'it''s fine',
    'glad'
);


ALTER TYPE sales.mood OWNER TO app;

--
-- Name: positive; Type: DOMAIN; Schema: sales; Owner: app
--

CREATE DOMAIN sales.positive AS integer
	CONSTRAINT positive_check CHECK ((VALUE > 0));


ALTER DOMAIN sales.positive OWNER TO app;

--
-- Name: touch(); Type: FUNCTION; Schema: sales; Owner: app
--

CREATE FUNCTION sales.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN NEW.note := coalesce(NEW.note, ''); RETURN NEW; END$$;


ALTER FUNCTION sales.touch() OWNER TO app;

--
-- Name: twice(integer); Type: FUNCTION; Schema: sales; Owner: app
--

CREATE FUNCTION sales.twice(n integer) RETURNS integer
    LANGUAGE sql
    AS $$ SELECT n * 2; -- it's; $$;


ALTER FUNCTION sales.twice(n integer) OWNER TO app;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: sales; Owner: app
--

CREATE TABLE sales.alembic_version (
    version_num character varying(32) NOT NULL
);


ALTER TABLE sales.alembic_version OWNER TO app;

--
-- Name: customer; Type: TABLE; Schema: sales; Owner: app
--

CREATE TABLE sales.customer (
    id integer NOT NULL,
    email public.citext NOT NULL,
    feels sales.mood DEFAULT 'glad'::sales.mood,
    tags public.hstore,
    tenant text
);


ALTER TABLE sales.customer OWNER TO app;

--
-- Name: TABLE customer; Type: COMMENT; Schema: sales; Owner: app
--

COMMENT ON TABLE sales.customer IS 'who; buys
\connect nowhere';


--
-- Name: customer_id_seq; Type: SEQUENCE; Schema: sales; Owner: app
--

ALTER TABLE sales.customer ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME sales.customer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: glad; Type: VIEW; Schema: sales; Owner: app
--

CREATE VIEW sales.glad AS
 SELECT customer.id,
    customer.email
   FROM sales.customer
  WHERE (customer.feels = 'glad'::sales.mood);


ALTER TABLE sales.glad OWNER TO app;

--
-- Name: item; Type: TABLE; Schema: sales; Owner: app
--

CREATE TABLE sales.item (
    customer integer,
    quantity sales.positive NOT NULL,
    bought date NOT NULL,
    note text
)
PARTITION BY RANGE (bought);


ALTER TABLE sales.item OWNER TO app;

--
-- Name: item_2025; Type: TABLE; Schema: sales; Owner: app
--

CREATE TABLE sales.item_2025 (
    customer integer,
    quantity sales.positive NOT NULL,
    bought date NOT NULL,
    note text
);


ALTER TABLE sales.item_2025 OWNER TO app;

--
-- Name: item_2026; Type: TABLE; Schema: sales; Owner: app
--

CREATE TABLE sales.item_2026 (
    customer integer,
    quantity sales.positive NOT NULL,
    bought date NOT NULL,
    note text
);


ALTER TABLE sales.item_2026 OWNER TO app;

--
-- Name: per_day; Type: MATERIALIZED VIEW; Schema: sales; Owner: app
--

CREATE MATERIALIZED VIEW sales.per_day AS
 SELECT item.bought,
    count(*) AS count
   FROM sales.item
  GROUP BY item.bought
  WITH NO DATA;


ALTER TABLE sales.per_day OWNER TO app;

--
-- Name: item_2025; Type: TABLE ATTACH; Schema: sales; Owner: app
--

ALTER TABLE ONLY sales.item ATTACH PARTITION sales.item_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');


--
-- Name: item_2026; Type: TABLE ATTACH; Schema: sales; Owner: app
--

ALTER TABLE ONLY sales.item ATTACH PARTITION sales.item_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');


--
-- Name: 4711; Type: BLOB; Schema: -; Owner: app
--

SELECT pg_catalog.lo_create('4711');


ALTER LARGE OBJECT 4711 OWNER TO app;

--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: sales; Owner: app
--

COPY sales.alembic_version (version_num) FROM stdin;
a1
\.


--
-- Data for Name: customer; Type: TABLE DATA; Schema: sales; Owner: app
--

COPY sales.customer (id, email, feels, tags, tenant) FROM stdin;
1	A@x	sad	"a"=>"1"	red
2	b@x	glad	\N	\\.
3	c@x	it's fine		tab\there\nand a line
\.


--
-- Data for Name: item_2025; Type: TABLE DATA; Schema: sales; Owner: app
--

COPY sales.item_2025 (customer, quantity, bought, note) FROM stdin;
1	2	2025-03-01	a\\b
\.


--
-- Data for Name: item_2026; Type: TABLE DATA; Schema: sales; Owner: app
--

COPY sales.item_2026 (customer, quantity, bought, note) FROM stdin;
2	3	2026-03-01	
\.


--
-- Name: customer_id_seq; Type: SEQUENCE SET; Schema: sales; Owner: app
--

SELECT pg_catalog.setval('sales.customer_id_seq', 3, true);


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('4711', 131072);
SELECT pg_catalog.lowrite(0, '\x6c61726765');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: alembic_version alembic_version_pkey; Type: CONSTRAINT; Schema: sales; Owner: app
--

ALTER TABLE ONLY sales.alembic_version
    ADD CONSTRAINT alembic_version_pkey PRIMARY KEY (version_num);


--
-- Name: customer customer_email_key; Type: CONSTRAINT; Schema: sales; Owner: app
--

ALTER TABLE ONLY sales.customer
    ADD CONSTRAINT customer_email_key UNIQUE (email);


--
-- Name: customer customer_pkey; Type: CONSTRAINT; Schema: sales; Owner: app
--

ALTER TABLE ONLY sales.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);


--
-- Name: item_bought_idx; Type: INDEX; Schema: sales; Owner: app
--

CREATE INDEX item_bought_idx ON ONLY sales.item USING btree (bought);


--
-- Name: item_2025_bought_idx; Type: INDEX; Schema: sales; Owner: app
--

CREATE INDEX item_2025_bought_idx ON sales.item_2025 USING btree (bought);


--
-- Name: item_2026_bought_idx; Type: INDEX; Schema: sales; Owner: app
--

CREATE INDEX item_2026_bought_idx ON sales.item_2026 USING btree (bought);


--
-- Name: item_2025_bought_idx; Type: INDEX ATTACH; Schema: sales; Owner: app
--

ALTER INDEX sales.item_bought_idx ATTACH PARTITION sales.item_2025_bought_idx;


--
-- Name: item_2026_bought_idx; Type: INDEX ATTACH; Schema: sales; Owner: app
--

ALTER INDEX sales.item_bought_idx ATTACH PARTITION sales.item_2026_bought_idx;


--
-- Name: item touched; Type: TRIGGER; Schema: sales; Owner: app
--

CREATE TRIGGER touched BEFORE INSERT ON sales.item FOR EACH ROW EXECUTE FUNCTION sales.touch();


--
-- Name: item item_customer_fkey; Type: FK CONSTRAINT; Schema: sales; Owner: app
--

ALTER TABLE sales.item
    ADD CONSTRAINT item_customer_fkey FOREIGN KEY (customer) REFERENCES sales.customer(id);


--
-- Name: customer; Type: ROW SECURITY; Schema: sales; Owner: app
--

ALTER TABLE sales.customer ENABLE ROW LEVEL SECURITY;

--
-- Name: customer own; Type: POLICY; Schema: sales; Owner: app
--

CREATE POLICY own ON sales.customer FOR SELECT TO reader, "Odd role" USING ((tenant = CURRENT_USER));


--
-- Name: feed; Type: PUBLICATION; Schema: -; Owner: app
--

CREATE PUBLICATION feed WITH (publish = 'insert, update, delete, truncate');


ALTER PUBLICATION feed OWNER TO app;

--
-- Name: feed customer; Type: PUBLICATION TABLE; Schema: sales; Owner: app
--

ALTER PUBLICATION feed ADD TABLE ONLY sales.customer;


--
-- Name: DATABASE shop; Type: ACL; Schema: -; Owner: app
--

GRANT CONNECT ON DATABASE shop TO reader;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT CREATE ON SCHEMA public TO app;


--
-- Name: SCHEMA sales; Type: ACL; Schema: -; Owner: app
--

GRANT USAGE ON SCHEMA sales TO reader;
GRANT USAGE ON SCHEMA sales TO "Odd role";


--
-- Name: FUNCTION twice(n integer); Type: ACL; Schema: sales; Owner: app
--

REVOKE ALL ON FUNCTION sales.twice(n integer) FROM PUBLIC;


--
-- Name: TABLE alembic_version; Type: ACL; Schema: sales; Owner: app
--

GRANT SELECT ON TABLE sales.alembic_version TO reader;


--
-- Name: TABLE customer; Type: ACL; Schema: sales; Owner: app
--

GRANT SELECT,INSERT ON TABLE sales.customer TO reader;


--
-- Name: COLUMN customer.tenant; Type: ACL; Schema: sales; Owner: app
--

GRANT UPDATE(tenant) ON TABLE sales.customer TO "Odd role" WITH GRANT OPTION;


--
-- Name: TABLE glad; Type: ACL; Schema: sales; Owner: app
--

GRANT SELECT ON TABLE sales.glad TO reader;


--
-- Name: TABLE item; Type: ACL; Schema: sales; Owner: app
--

REVOKE ALL ON TABLE sales.item FROM app;
GRANT SELECT,INSERT,REFERENCES,TRIGGER,TRUNCATE,UPDATE ON TABLE sales.item TO app;
GRANT SELECT ON TABLE sales.item TO reader;


--
-- Name: TABLE item_2025; Type: ACL; Schema: sales; Owner: app
--

GRANT SELECT ON TABLE sales.item_2025 TO reader;


--
-- Name: TABLE item_2026; Type: ACL; Schema: sales; Owner: app
--

GRANT SELECT ON TABLE sales.item_2026 TO reader;


--
-- Name: TABLE per_day; Type: ACL; Schema: sales; Owner: app
--

GRANT SELECT ON TABLE sales.per_day TO reader;


--
-- Name: LARGE OBJECT 4711; Type: ACL; Schema: -; Owner: app
--

GRANT SELECT ON LARGE OBJECT 4711 TO reader;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: sales; Owner: app
--

ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA sales GRANT SELECT ON TABLES  TO reader;


--
-- Name: per_day; Type: MATERIALIZED VIEW DATA; Schema: sales; Owner: app
--

REFRESH MATERIALIZED VIEW sales.per_day;


--
-- PostgreSQL database dump complete
--

\unrestrict f5oG7YB4nczHejaJLyPhSWsqMsbQ1qYsshygdkpLDbZJYk9MlRFXjOStqgqSSAq

