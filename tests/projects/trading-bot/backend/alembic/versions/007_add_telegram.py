"""add telegram

Revision ID: 007_add_telegram
Revises: 006_add_execution_store
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '007_add_telegram'
down_revision = '006_add_execution_store'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_telegram', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_telegram')
