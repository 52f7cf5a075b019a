// A database for each test by pgtestdb, beside which peers.py sets cells: clones of a template that holds the state of a
// cell, to which its statements are sent, one test after another.
//
//	PGHOST=FOLDER PGUSER=NAME TESTS=N go test
package upgrade

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"testing"

	_ "github.com/lib/pq"
	"github.com/peterldowns/pgtestdb"
)

var state = []string{
	"CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
	"INSERT INTO alembic_version VALUES ('0001')",
	"CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL)",
}

var upgrade = []string{
	"CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL)",
	"UPDATE alembic_version SET version_num = '0002' WHERE version_num = '0001'",
	"ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id)",
	"CREATE INDEX ix_transactions_trade ON transactions (trade_id)",
	"UPDATE alembic_version SET version_num = '0003' WHERE version_num = '0002'",
}

// In one transaction, as Alembic does.
func run(db *sql.DB, statements []string) error {
	transaction, err := db.Begin()
	if err != nil {
		return err
	}
	defer transaction.Rollback()
	for _, statement := range statements {
		if _, err := transaction.Exec(statement); err != nil {
			return err
		}
	}
	return transaction.Commit()
}

type stateMigrator struct{}

func (stateMigrator) Hash() (string, error) {
	return "0001", nil
}

func (stateMigrator) Migrate(_ context.Context, db *sql.DB, _ pgtestdb.Config) error {
	return run(db, state)
}

func testUpgrade(t *testing.T) {
	db := pgtestdb.New(t, pgtestdb.Config{
		DriverName: "postgres",
		User:       os.Getenv("PGUSER"),
		Database:   "postgres",
		Options:    "sslmode=disable&host=" + os.Getenv("PGHOST"),
	}, stateMigrator{})
	var columns int

	if err := run(db, upgrade); err != nil {
		t.Fatal(err)
	}
	const look = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'"
	if err := db.QueryRow(look).Scan(&columns); err != nil || columns != 6 {
		t.Fatalf("%d columns, not 6; %v", columns, err)
	}
}

func TestUpgrades(t *testing.T) {
	count, err := strconv.Atoi(os.Getenv("TESTS"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < count; i++ {
		t.Run(fmt.Sprint(i), testUpgrade)
	}
}
