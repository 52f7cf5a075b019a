"""gift cards

Revision ID: 17b6c3d9a050
Revises: c07d2ee1f6b3
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '17b6c3d9a050'
down_revision = 'e8810b6f4c2d'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('gift_cards', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('gift_cards')
