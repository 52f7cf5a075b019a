"""user theme

Revision ID: 090_user_theme
Revises: 088_gamification
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '090_user_theme'
down_revision = '088_gamification'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('user_theme', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('user_theme')
