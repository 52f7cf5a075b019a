"""gamification

Revision ID: 088_gamification
Revises: 073_decision_logs
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '088_gamification'
down_revision = '073_decision_logs'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('gamification', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('gamification')
