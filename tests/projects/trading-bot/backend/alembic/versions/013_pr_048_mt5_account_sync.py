"""pr 048 mt5 account sync

Revision ID: 013_pr_048_mt5_account_sync
Revises: 012_pr_046_risk_compliance
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '013_pr_048_mt5_account_sync'
down_revision = '012_pr_046_risk_compliance'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pr_048_mt5_account_sync', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('pr_048_mt5_account_sync')
