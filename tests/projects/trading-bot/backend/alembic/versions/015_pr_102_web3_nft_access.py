"""pr 102 web3 nft access

Revision ID: 015_pr_102_web3_nft_access
Revises: 014_pr_101_reports
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '015_pr_102_web3_nft_access'
down_revision = '014_pr_101_reports'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pr_102_web3_nft_access', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('pr_102_web3_nft_access')
