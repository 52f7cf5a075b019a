# -*- coding: utf-8 -*-
"""pilots – für Hafen

Revision ID: 12_pilots
Revises: 11_ships
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision='12_pilots'
down_revision = (
    r'11_'  # ships
    u'ships'
)
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pilots', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('pilots')
