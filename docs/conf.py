"""Configuration of the documentation: `sphinx-build -W -b html docs docs/_build/html`."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

from jobsim_docs.about import CITATION

project = CITATION["title"].split(":")[0]
author = CITATION["author"]
project_copyright = f"{author}, {CITATION['license']} licence"
release = version = version_of("jobsim")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "jobsim_docs.extension"]
exclude_patterns = ["_build", "_ext", "figures"]
root_doc = "index"
default_role = "py:obj"  # `simulate` in a docstring is a link where there is such a thing
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist"]  # no mathematics: MathJax needs a network
myst_heading_anchors = 3
nb_execution_mode = "off"  # notebooks are executed by CI, not here
nb_ipywidgets_js = {}  # pages work from disk without a network

autodoc_typehints = "none"  # docstrings say types, with shapes and units
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
napoleon_google_docstring = False
python_maximum_signature_line_length = 70

html_theme = "furo"
html_title = f"jobsim {release}"
html_static_path = ["_static"]
html_css_files = ["jobsim.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b4f8a", "color-brand-content": "#0b4f8a"},
    "dark_css_variables": {"color-brand-primary": "#7ab6e8", "color-brand-content": "#7ab6e8"},
}
