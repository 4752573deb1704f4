window.YTD.direct_message_headers.part0 = [
  {
    "dmConversation": {
      "conversationId": "1000-2000",
      "messages": []
    }
  }
]