window.YTD.tweets.part0 = [
  {
    "tweet": {
      "id": "1"
    }
  }
]