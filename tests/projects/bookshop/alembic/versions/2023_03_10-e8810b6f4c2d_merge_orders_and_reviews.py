"""merge orders and reviews

Revision ID: e8810b6f4c2d
Revises: c07d2ee1f6b3, 5ad9917c0e44
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e8810b6f4c2d'
down_revision = ('c07d2ee1f6b3', '5ad9917c0e44')
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
