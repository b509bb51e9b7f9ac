"""Shows each hour that pods of tasks start, reach the API of Airflow and end."""

from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, task


@dag(
    dag_id="platform_check",
    schedule="@hourly",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    # Nobody has to switch it on.
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=30),
    tags=["platform"],
)
def platform_check():
    """One task that hands a number to another."""

    @task(retries=1)
    def count():
        return sum(range(10))

    @task(retries=1)
    def compare(number: int):
        if number != 45:
            raise ValueError(f"{number} came over instead of 45")

    compare(count())


platform_check()
