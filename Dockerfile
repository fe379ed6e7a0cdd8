FROM python:3.11-slim-bookworm
WORKDIR /srv/wanmi
ENV PYTHONUNBUFFERED=1
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/run.txt \
 && pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/node.txt
COPY . .
RUN python scripts/compile_messages.py
CMD ["sh", "-c", "python scripts/vendor.py && python scripts/serve.py --address 0.0.0.0:8000"]
