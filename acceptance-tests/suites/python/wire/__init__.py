"""The truth of the wire: AWS's own models judge every request and every answer.

What the models say comes from botocore's data files, which AWS publishes for its clients; botocore's
parsers are not used, for they pass over what they do not know.

| file | idea |
|---|---|
| `exchange` | a request and its answer, and the format in which they are handed over |
| `model` | operations of botocore's models by what a request names |
| `known` | where AWS itself differs from the models, each with its reason |
| `scalars` | one text against one shape |
| `requests` | form bodies against input shapes |
| `rest` | REST with JSON, both ways |
| `answers` | XML bodies against output shapes, and error bodies |
| `judge` | all findings of an exchange |
| `recording` | recordings of a running simulator |
| `plugin` | the traffic of every test, judged |
| `side` | boto3 clients of one world, which keep what was said |
| `script` | chapters of calls by an outsider |
| `comparison` | answers of two worlds, laid side by side |
| `differences` | where moto is known to differ, each with its reason |
"""
