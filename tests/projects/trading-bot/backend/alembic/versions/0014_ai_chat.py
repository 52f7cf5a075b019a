"""ai chat

Revision ID: 0014_ai_chat
Revises: 0013_xxx
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0014_ai_chat'
down_revision = '0013_xxx'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ai_chat', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('ai_chat')
