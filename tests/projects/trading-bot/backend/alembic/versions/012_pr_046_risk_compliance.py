"""pr 046 risk compliance

Revision ID: 012_pr_046_risk_compliance
Revises: 011_add_distribution
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '012_pr_046_risk_compliance'
down_revision = '011_add_distribution'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pr_046_risk_compliance', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('pr_046_risk_compliance')
