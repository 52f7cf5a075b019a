"""add telegram user id

Revision ID: 0002
Revises: 0001
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_telegram_user_id', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_telegram_user_id')
