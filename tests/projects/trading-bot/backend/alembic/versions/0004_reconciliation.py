"""reconciliation

Revision ID: 0004_reconciliation
Revises: 003_add_signals_approvals
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0004_reconciliation'
down_revision = '003_add_signals_approvals'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('reconciliation', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('reconciliation')
