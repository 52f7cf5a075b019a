"""export tokens

Revision ID: 0012_export_tokens
Revises: 0011_revenue_snapshots
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0012_export_tokens'
down_revision = '0011_revenue_snapshots'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('export_tokens', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('export_tokens')
