"""support tickets

Revision ID: 0015_support_tickets
Revises: 0014_ai_chat
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0015_support_tickets'
down_revision = '0014_ai_chat'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('support_tickets', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('support_tickets')
