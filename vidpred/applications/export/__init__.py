"""Networks as files that other programs compute with: ONNX, or a program of torch.export."""

from vidpred.applications.export.checks import Difference as Difference
from vidpred.applications.export.description import Description as Description
from vidpred.applications.export.files import SUFFIXES as SUFFIXES
from vidpred.applications.export.files import Exported as Exported
from vidpred.applications.export.files import Form as Form
from vidpred.applications.export.files import export_network as export_network
from vidpred.applications.export.onnx_model import require_onnx as require_onnx
from vidpred.applications.export.web_page import Site as Site
from vidpred.applications.export.web_page import export_site as export_site
