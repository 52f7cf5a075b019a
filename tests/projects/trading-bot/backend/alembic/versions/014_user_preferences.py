"""user preferences

Revision ID: 014_user_preferences
Revises: 013_pr_048_mt5_account_sync
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '014_user_preferences'
down_revision = '013_pr_048_mt5_account_sync'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('user_preferences', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('user_preferences')
