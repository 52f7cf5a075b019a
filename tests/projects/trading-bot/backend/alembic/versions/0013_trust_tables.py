"""trust tables

Revision ID: 0013_trust_tables
Revises: 0012_previous_migration
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0013_trust_tables'
down_revision = '0012_previous_migration'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('trust_tables', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('trust_tables')
